internal import Glibc
internal import Synchronization

extension FetchSession {
    /// Lets the server present the type of host key that the known-hosts file has.
    ///
    /// libssh2 would take the first type that both sides speak, which may be one that the file lacks. libgit2 orders the
    /// types after the `.ssh/known_hosts` of its home folder; so that folder gets the entries of this host, in their
    /// plain form, which libssh2 reads without stumbling. The decision stays with `checkHostKey`.
    func preferKnownKeys(folder: String) throws(GitError) {
        guard knownHosts.path != nil, let host = address.host else { return }
        let port = address.effectivePort ?? 22
        let entries = try knownHosts.entries(host: host, port: port).filter { !$0.isRevoked }
        let name = KnownHostEntry.name(host: host, port: port)
        try KeyPreference.prefer(entries.map { "\(name) \($0.type) \(Base64.encode($0.key))\n" }.joined(), folder: folder)
    }
}

/// The `.ssh/known_hosts` that libgit2 reads before it connects.
///
/// Where it looks is settled at the library's start. So it looks below a descriptor that is reserved then, and what
/// changes is the folder which that descriptor stands for. A forked child has descriptors of its own.
enum KeyPreference {
    /// The entries of every server that this process has fetched from.
    private static let entries = Mutex<Set<String>>([])

    /// Far from the numbers that are handed out, so that nobody else's folder gets it if a child closes everything.
    private static let descriptor: Int32 = {
        // A folder without `.gitconfig` and `.ssh`, whoever runs this.
        let folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(folder) }
        return fcntl(folder, F_DUPFD_CLOEXEC, 900)
    }()

    /// The home folder that libgit2 gets; one that isn't there where no descriptor can be had.
    static var homePath: String { "/proc/self/fd/\(descriptor)" }

    static func prefer(_ text: String, folder: String) throws(GitError) {
        try FileContents.makeFolder("\(folder)/.ssh", operation: FetchSession.operation)
        let outcome = entries.withLock { entries -> Result<Void, GitError> in
            entries.insert(text)
            do throws(GitError) {
                let path = "\(folder)/.ssh/known_hosts"
                try FileContents.write(entries.joined(), to: path, atomically: true, operation: FetchSession.operation)
            } catch {
                return .failure(error)
            }
            let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            defer { close(opened) }
            if opened >= 0, descriptor >= 0, dup2(opened, descriptor) == descriptor {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            }
            return .success(())
        }
        try outcome.get()
    }
}
