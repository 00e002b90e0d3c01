internal import CLibGit2
internal import Glibc
internal import Synchronization

extension FetchSession {
    /// Lets the server present the type of host key that the known-hosts file has.
    ///
    /// libssh2 would take the first type that both sides speak, which may be one that the file lacks. libgit2 orders the
    /// types after the `.ssh/known_hosts` of its global folder; so that folder gets the entries of this host, in their
    /// plain form, which libssh2 reads without stumbling. The decision stays with `checkHostKey`.
    func preferKnownKeys(folder: String) throws(GitError) {
        guard knownHosts.path != nil, let host = address.host else { return }
        let port = address.effectivePort ?? 22
        let entries = try knownHosts.entries(host: host, port: port).filter { !$0.isRevoked }
        let name = KnownHostEntry.name(host: host, port: port)
        let text = entries.map { "\(name) \($0.type) \(Base64.encode($0.key))\n" }.joined()
        try FileContents.makeFolder("\(folder)/.ssh", operation: Self.operation)
        try FileContents.write(text, to: "\(folder)/.ssh/known_hosts", atomically: true, operation: Self.operation)
        // libgit2's options belong to the whole process: the folder of the first mirror that needs it stays in use for
        // all, for changing it under the feet of another thread's fetch would not be safe.
        KeyPreferenceFolder.use(folder)
    }
}

/// The folder that libgit2 looks for `.ssh/known_hosts` in, set once in the life of a process.
private enum KeyPreferenceFolder {
    /// The process that has set it; a forked child sets its own.
    private static let owner = Mutex<pid_t>(0)

    static func use(_ folder: String) {
        owner.withLock { owner in
            guard owner != getpid() else { return }
            owner = getpid()
            slipway_git_set_search_path(Int32(GIT_CONFIG_LEVEL_GLOBAL.rawValue), folder)
        }
    }
}
