internal import Execution
internal import Expressions
internal import FoundationEssentials
internal import Git

/// A checkout on a developer's machine: the commit's files with what was changed since laid over them, so that a pipeline can
/// be tried before it is committed. A folder that is no repository is copied as it is.
struct WorkingTreeCopy {
    let source: JobAssignment.Source
    let folder: String

    /// - Parameter path: below the workspace; empty for the workspace itself.
    func make(for invocation: ActionInvocation, at path: String) throws(ActionFailure) -> ActionResult {
        let target = invocation.folders.workspace.outside + (path.isEmpty ? "" : "/\(path)")
        do {
            if source.mirror.isEmpty {
                try copyEverything(to: target)
                invocation.log("Copied \(folder), which is no Git repository")
            } else {
                let count = try layOver(target, path, invocation)
                invocation.log("Checked out \(source.commit), with \(count) changed files of \(folder)")
            }
        } catch {
            throw ActionFailure("can't copy \(folder): \(error)")
        }
        return ActionResult(outputs: ["ref": .string(source.ref), "commit": .string(source.commit)])
    }

    private func copyEverything(to target: String) throws {
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            try replace("\(target)/\(name)", with: "\(folder)/\(name)")
        }
    }

    private func layOver(_ target: String, _ path: String, _ invocation: ActionInvocation) throws -> Int {
        let mirror = try Mirror.open(existing: source.mirror)
        guard let commit = ObjectID(source.commit) else { throw ActionFailure("\(source.commit) is no commit") }
        _ = try mirror.checkout(
            commit, into: invocation.folders.workspace.outside,
            options: CheckoutOptions(reference: source.ref, path: path, originURL: source.originURL),
            isCancelled: { [cancellation = invocation.cancellation] in cancellation.level != .none })
        let changes = try mirror.workingTreeChanges()
        for path in changes.deleted where FileManager.default.fileExists(atPath: "\(target)/\(path)") {
            try FileManager.default.removeItem(atPath: "\(target)/\(path)")
        }
        for path in changes.changed {
            let parent = "\(target)/\(path)".split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
                separator: "/")
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try replace("\(target)/\(path)", with: "\(folder)/\(path)")
        }
        return changes.changed.count + changes.deleted.count
    }

    private func replace(_ target: String, with file: String) throws {
        if FileManager.default.fileExists(atPath: target) { try FileManager.default.removeItem(atPath: target) }
        try FileManager.default.copyItem(atPath: file, toPath: target)
    }
}
