internal import CLibGit2
internal import Glibc

extension Mirror {
    /// Every branch, tag and pull request of the mirror, in the order of their names.
    public func references() throws(GitError) -> [Reference] {
        try referenceTargets().map { Reference(name: $0.key, target: $0.value) }.sorted { $0.name < $1.name }
    }

    /// What a full reference name such as `refs/heads/main` names; nil where there is none.
    public func target(of name: String) throws(GitError) -> ObjectID? {
        var id = git_oid()
        let code = git_reference_name_to_id(&id, repository, name)
        if code == GIT_ENOTFOUND.rawValue || code == GIT_EINVALIDSPEC.rawValue { return nil }
        guard code == 0 else { throw GitError(code: code, operation: "reading a reference", subject: name) }
        return ObjectID(id)
    }

    /// The branch that the remote's HEAD named at the last fetch, such as `refs/heads/main`; nil before the first.
    public func defaultBranch() throws(GitError) -> String? {
        let text = String(decoding: try FileContents.read("\(path)/HEAD", operation: "reading HEAD"), as: UTF8.self)
        guard text.hasPrefix("ref: "), let line = text.dropFirst(5).split(separator: "\n").first else { return nil }
        return try target(of: String(line)) == nil ? nil : String(line)
    }

    func referenceTargets() throws(GitError) -> [String: ObjectID] {
        let repository = self.repository
        let iterator = try GitHandle.make("listing the references", on: path, freedBy: git_reference_iterator_free) {
            git_reference_iterator_new($0, repository)
        }
        var result: [String: ObjectID] = [:]
        while true {
            var pointer: OpaquePointer?
            let code = git_reference_next(&pointer, iterator.pointer)
            if code == GIT_ITEROVER.rawValue { return result }
            guard code == 0, let pointer else {
                throw GitError(code: code, operation: "listing the references", subject: path)
            }
            let reference = GitHandle(pointer, freedBy: git_reference_free)
            guard let target = git_reference_target(reference.pointer), let name = git_reference_name(reference.pointer) else {
                continue
            }
            result[String(cString: name)] = ObjectID(target.pointee)
        }
    }

    // MARK: After a fetch

    /// Moves the references to what the remote has. Deletions come first: `a` must go before `a/b` can be made.
    func update(
        to advertised: [Reference], changed: [Reference], present: [String: ObjectID], report: inout FetchReport
    ) throws(GitError) {
        let names = Set(advertised.map(\.name))
        for (name, old) in present.sorted(by: { $0.key < $1.key }) where !names.contains(name) {
            try retryingAfterStaleLock(of: name) { git_reference_remove(repository, name) }
            report.updates.append(ReferenceUpdate(name: name, old: old, new: nil, kind: .deleted))
        }
        for reference in changed {
            let old = present[reference.name]
            let kind = try kind(of: reference, old: old)
            var target = reference.target.raw
            try retryingAfterStaleLock(of: reference.name) {
                var created: OpaquePointer?
                let code = git_reference_create(&created, repository, reference.name, &target, 1, nil)
                git_reference_free(created)
                return code
            }
            report.updates.append(ReferenceUpdate(name: reference.name, old: old, new: reference.target, kind: kind))
        }
        try followHead(report.defaultBranch)
        // One packed file is quicker to list than a folder of hundreds of small ones.
        if changed.count > 100 { try packReferences() }
    }

    private func kind(of reference: Reference, old: ObjectID?) throws(GitError) -> ReferenceUpdate.Kind {
        guard let old else { return .created }
        if reference.name.hasPrefix("refs/tags/") { return .forced }
        return try isAncestor(old, of: reference.target) ? .fastForward : .forced
    }

    /// A fetch that was killed leaves its `.lock` files. Fetches take turns, so what is found here belongs to the dead.
    private func retryingAfterStaleLock(of name: String, _ body: () -> Int32) throws(GitError) {
        var code = body()
        if code == GIT_ELOCKED.rawValue {
            unlink("\(path)/\(name).lock")
            unlink("\(path)/packed-refs.lock")
            code = body()
        }
        guard code == 0 else { throw GitError(code: code, operation: "updating a reference", subject: "\(name) in \(path)") }
    }

    private func followHead(_ branch: String?) throws(GitError) {
        guard let branch else { return }
        let line = "ref: \(branch)\n"
        let current = try FileContents.read("\(path)/HEAD", operation: "reading HEAD")
        guard current != Array(line.utf8) else { return }
        try FileContents.write(line, to: "\(path)/HEAD", atomically: true, operation: "updating HEAD")
    }

    private func packReferences() throws(GitError) {
        let repository = self.repository
        let database = try GitHandle.make("packing the references", on: path, freedBy: git_refdb_free) {
            git_repository_refdb($0, repository)
        }
        let code = git_refdb_compress(database.pointer)
        guard code == 0 else { throw GitError(code: code, operation: "packing the references", subject: path) }
    }
}
