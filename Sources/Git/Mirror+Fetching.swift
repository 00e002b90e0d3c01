internal import CLibGit2
internal import Glibc

extension Mirror {
    /// Brings the mirror's references and objects to what the remote has, and removes references that it no longer has.
    ///
    /// The remote's references are listed first; where nothing changed, that is all that happens. `progress` and
    /// `isCancelled` are called on this thread, often. libgit2 can't stop a connect that hangs: a caller who needs a
    /// deadline fetches in a child process and kills it, which leaves the mirror usable.
    public func fetch(
        credential: GitCredential = .none, knownHosts: KnownHosts,
        progress: @escaping (FetchProgress) -> Void = { _ in }, isCancelled: @escaping () -> Bool = { false }
    ) throws(GitError) -> FetchReport {
        guard let remote else {
            throw GitError(
                .notFound, operation: FetchSession.operation, subject: path, reason: "the mirror was opened without a remote")
        }
        if remote.isLocal, access(remote.path, F_OK) != 0 {
            // libgit2 takes a path where nothing is for an unknown kind of URL.
            throw GitError(
                .notFound, operation: FetchSession.operation, subject: remote.text, reason: String(cString: strerror(errno)))
        }
        let session = FetchSession(
            address: remote, credential: credential, knownHosts: knownHosts, progress: progress, isCancelled: isCancelled)
        if isCancelled() { throw .cancelled(operation: FetchSession.operation, subject: remote.text) }
        let lock = try FileLock(path: "\(path)/slipway.lock", operation: FetchSession.operation)
        defer { withExtendedLifetime(lock) {} }
        if remote.usesTLS { GitLibrary.trustCertificates() }
        defer { withExtendedLifetime(session) {} }
        return try fetch(from: remote, session: session)
    }

    private func fetch(from address: RemoteAddress, session: FetchSession) throws(GitError) -> FetchReport {
        let repository = self.repository
        let connection = try GitHandle.make(FetchSession.operation, on: address.text, freedBy: git_remote_free) {
            git_remote_create_anonymous($0, repository, address.connectionURL)
        }
        var options = git_fetch_options()
        git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
        options.callbacks = session.callbacks()
        options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        options.update_fetchhead = 0
        options.proxy_opts.type = GIT_PROXY_AUTO

        let code = try session.preferringKnownKeys(mirror: path) {
            git_remote_connect(connection.pointer, GIT_DIRECTION_FETCH, &options.callbacks, &options.proxy_opts, nil)
        }
        try session.check(code)
        var report = FetchReport()
        let advertised = try advertisedReferences(connection.pointer, session: session, report: &report)
        let present = try referenceTargets()
        let changed = advertised.filter { present[$0.name] != $0.target }
        if !changed.isEmpty, try !copyLocally(changed, from: address, report: &report) {
            do throws(GitError) {
                try download(changed, connection: connection.pointer, options: &options, session: session, report: &report)
            } catch {
                // libgit2's local transport stumbles over tags that name a file or a folder.
                guard error.kind != .cancelled, address.isLocal else { throw error }
                guard try copyLocally(changed, from: address, limit: .max, report: &report) else { throw error }
            }
        }
        git_remote_disconnect(connection.pointer)
        try update(to: advertised, changed: changed, present: present, report: &report)
        return report
    }

    /// The names that a mirror keeps.
    func keeps(_ name: String) -> Bool {
        if name.hasPrefix("refs/heads/") { return true }
        if name.hasPrefix("refs/tags/") { return !name.hasSuffix("^{}") }
        guard includesPullRequests, name.hasSuffix("/head") else { return false }
        return name.hasPrefix("refs/pull/") || name.hasPrefix("refs/merge-requests/")
    }

    private func advertisedReferences(
        _ connection: OpaquePointer, session: FetchSession, report: inout FetchReport
    ) throws(GitError) -> [Reference] {
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try session.check(git_remote_ls(&heads, &count, connection))
        var references: [Reference] = []
        for head in UnsafeBufferPointer(start: heads, count: count) {
            guard let head = head?.pointee, let rawName = head.name else { continue }
            let name = String(cString: rawName)
            if name == "HEAD" { report.defaultBranch = head.symref_target.map { String(cString: $0) } }
            guard keeps(name) else { continue }
            var isValid: Int32 = 0
            git_reference_name_is_valid(&isValid, rawName)
            if isValid == 1 {
                references.append(Reference(name: name, target: ObjectID(head.oid)))
            } else {
                report.refusedNames.append(name)
            }
        }
        if report.defaultBranch == nil { report.defaultBranch = defaultBranch(of: connection) }
        return references.sorted { $0.name < $1.name }
    }

    /// What libgit2 makes of a server that doesn't name HEAD's branch: the one with the same commit.
    private func defaultBranch(of connection: OpaquePointer) -> String? {
        var buffer = git_buf()
        defer { git_buf_dispose(&buffer) }
        guard git_remote_default_branch(&buffer, connection) == 0, let text = buffer.ptr else {
            git_error_clear()
            return nil
        }
        return String(cString: text)
    }

    /// Takes the objects of a small push straight from a repository on this machine, see `LocalTransfer`.
    private func copyLocally(
        _ changed: [Reference], from address: RemoteAddress, limit: Int? = nil, report: inout FetchReport
    ) throws(GitError) -> Bool {
        guard address.isLocal, changed.count <= limit ?? 16 else { return false }
        var transfer = try LocalTransfer(
            from: address.path, to: self, objectLimit: limit ?? 100, byteLimit: limit ?? 4 << 20)
        guard transfer.copy(changed.map(\.target)) else { return false }
        report.receivedObjects = transfer.objectCount
        report.receivedBytes = transfer.byteCount
        return true
    }

    private func download(
        _ changed: [Reference], connection: OpaquePointer, options: inout git_fetch_options, session: FetchSession,
        report: inout FetchReport
    ) throws(GitError) {
        var specifications = changed.map { "+\($0.name):\($0.name)" }
        if specifications.count > 32 {
            // Every advertised name is held against every specification: few patterns are quicker than many names.
            specifications = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
            if includesPullRequests {
                specifications += ["+refs/pull/*:refs/pull/*", "+refs/merge-requests/*:refs/merge-requests/*"]
            }
        }
        var strings: [UnsafeMutablePointer<CChar>?] = specifications.map { strdup($0) }
        defer { strings.forEach { free($0) } }
        let code = strings.withUnsafeMutableBufferPointer { buffer in
            var list = git_strarray(strings: buffer.baseAddress, count: buffer.count)
            return git_remote_download(connection, &list, &options)
        }
        try session.check(code)
        if let stats = git_remote_stats(connection)?.pointee {
            report.receivedObjects = Int(stats.received_objects)
            report.receivedBytes = stats.received_bytes
        }
    }
}

extension FetchSession {
    /// Turns a failed call on the connection into the error that tells most.
    func check(_ code: Int32) throws(GitError) {
        guard code < 0 else { return }
        if let failure { throw failure }
        if isCancelled() { throw .cancelled(operation: Self.operation, subject: address.text) }
        throw GitError(code: code, operation: Self.operation, subject: address.text)
    }
}
