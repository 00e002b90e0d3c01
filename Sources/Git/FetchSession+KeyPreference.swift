internal import CLibGit2
internal import Glibc
internal import Synchronization

extension FetchSession {
    /// Connects in a way that the server presents the type of host key that the known-hosts file has.
    ///
    /// libssh2 would take the first type that both sides speak, which may be one that the file lacks. libgit2 orders the
    /// types after `.ssh/known_hosts` of the home folder; so for the time of `connect` that folder is one with the entries
    /// of this host, in their plain form, which libssh2 reads without stumbling. The decision stays with `checkHostKey`.
    func preferringKnownKeys(mirror: String, _ connect: () -> Int32) throws(GitError) -> Int32 {
        guard address.scheme == .ssh, knownHosts.path != nil, let host = address.host else { return connect() }
        let port = address.effectivePort ?? 22
        let entries = try knownHosts.entries(host: host, port: port).filter { !$0.isRevoked }
        let name = KnownHostEntry.name(host: host, port: port)
        let text = entries.map { "\(name) \($0.type) \(Base64.encode($0.key))\n" }.joined()
        try KeyPreference.enter(folder: "\(mirror)/ssh", entries: text)
        defer { KeyPreference.leave() }
        return connect()
    }
}

/// The home folder that libgit2 sees while it connects.
///
/// The environment belongs to the whole process, so `HOME` never names a mirror's folder directly: it names a descriptor,
/// and what changes is the folder that the descriptor stands for. Fetches on several threads share both.
private enum KeyPreference {
    private struct State {
        /// The entries of every server that this process has fetched from.
        var entries: Set<String> = []
        var users = 0
        /// `HOME=…` with our path; made once and never freed, since readers of the environment may hold on to it.
        var variable: UnsafeMutablePointer<CChar>?
        var original: UnsafeMutablePointer<CChar>?
        var descriptor: Int32 = -1
    }

    private static let state = Mutex(State())

    static func enter(folder: String, entries: String) throws(GitError) {
        try FileContents.makeFolder("\(folder)/.ssh", operation: FetchSession.operation)
        let outcome = state.withLock { state -> Result<Void, GitError> in
            state.entries.insert(entries)
            do throws(GitError) {
                try FileContents.write(
                    state.entries.joined(), to: "\(folder)/.ssh/known_hosts", atomically: true,
                    operation: FetchSession.operation)
                try use(folder, &state)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    static func leave() {
        state.withLock { state in
            state.users -= 1
            guard state.users == 0 else { return }
            if let original = state.original { slipway_exchange_home(original) } else { unsetenv("HOME") }
        }
    }

    private static func use(_ folder: String, _ state: inout State) throws(GitError) {
        let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw .system(errno, operation: FetchSession.operation, subject: folder) }
        if state.descriptor < 0 {
            state.descriptor = opened
            state.variable = strdup("HOME=/proc/self/fd/\(opened)")
        } else {
            dup2(opened, state.descriptor)
            _ = fcntl(state.descriptor, F_SETFD, FD_CLOEXEC)
            close(opened)
        }
        state.users += 1
        if state.users == 1 { state.original = slipway_exchange_home(state.variable) }
    }
}
