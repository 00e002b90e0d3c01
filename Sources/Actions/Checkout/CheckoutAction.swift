public import Execution
internal import Expressions
internal import Git
internal import Plan

/// `actions/checkout`: lays out the run's commit, or another of the same repository, from the mirror on this host.
///
/// Inputs as the original's: `ref`, `path`, `fetch-depth`, `clean`, `lfs`, `submodules`; `token`, `ssh-key` and
/// `persist-credentials` have nothing to do here, since nothing is fetched and no credential is stored. Outputs: `ref`,
/// `commit`. See github.com/actions/checkout.
public struct CheckoutAction: BuiltinAction {
    public static let names = ["actions/checkout"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let source = invocation.assignment.source
        try checkRepository(invocation)
        if let folder = source.workingTree, invocation.input("ref") == nil {
            return try WorkingTreeCopy(source: source, folder: folder).make(for: invocation)
        }
        do {
            let mirror = try Mirror.open(existing: source.mirror)
            let (commit, reference) = try revision(invocation, in: mirror)
            let options = CheckoutOptions(
                reference: reference, depth: try depth(invocation), path: try folder(invocation),
                originURL: source.originURL, removesExistingContents: invocation.input("clean") != "false")
            let report = try mirror.checkout(commit, into: invocation.folders.workspace.outside, options: options)
            invocation.log("Checked out \(commit) (\(report.fileCount) files, \(report.byteCount) bytes)")
            return ActionResult(
                outputs: ["ref": .string(reference ?? ""), "commit": .string(commit.description)],
                annotations: annotations(of: report, invocation))
        } catch let error as GitError {
            throw ActionFailure("\(error)")
        } catch let failure as ActionFailure {
            throw failure
        } catch {
            throw ActionFailure("\(error)")
        }
    }

    private func checkRepository(_ invocation: ActionInvocation) throws(ActionFailure) {
        guard let wanted = invocation.input("repository") else { return }
        let own = invocation.assignment.contexts.github["repository"]?.displayString ?? ""
        guard wanted.lowercased() == own.lowercased() else {
            throw ActionFailure(
                "checkout of another repository (\(wanted)) is not supported yet: only \(own), which the run is about")
        }
    }

    /// The commit, and the full name of the reference that HEAD is to show.
    private func revision(
        _ invocation: ActionInvocation, in mirror: Mirror
    ) throws -> (commit: ObjectID, reference: String?) {
        let source = invocation.assignment.source
        guard let wanted = invocation.input("ref"), wanted != source.ref, wanted != source.commit else {
            guard let commit = ObjectID(source.commit) else { throw ActionFailure("\(source.commit) is no commit") }
            return (commit, source.ref)
        }
        for name in wanted.hasPrefix("refs/") ? [wanted] : ["refs/heads/\(wanted)", "refs/tags/\(wanted)"] {
            if let id = try mirror.target(of: name), let commit = try mirror.peeled(id) { return (commit, name) }
        }
        if let id = try mirror.resolve(wanted), let commit = try mirror.peeled(id) { return (commit, nil) }
        throw ActionFailure("the ref \"\(wanted)\" is neither a branch, a tag nor a commit of this repository")
    }

    /// The folder below the workspace; a full path must lie in it, as `github.workspace` followed by a folder does.
    private func folder(_ invocation: ActionInvocation) throws(ActionFailure) -> String {
        guard let path = invocation.input("path"), path.hasPrefix("/") else { return invocation.input("path") ?? "" }
        let workspace = invocation.folders.workspace.inside
        if path == workspace { return "" }
        guard path.hasPrefix(workspace + "/") else {
            throw ActionFailure("the path \"\(path)\" is not in the workspace \(workspace): give one that is relative to it")
        }
        return String(path.dropFirst(workspace.count + 1))
    }

    private func depth(_ invocation: ActionInvocation) throws(ActionFailure) -> Int {
        guard let text = invocation.input("fetch-depth") else { return 1 }
        guard let depth = Int(text), depth >= 0 else {
            throw ActionFailure("fetch-depth must be a number from 0 (whole history) on, found \"\(text)\"")
        }
        return depth
    }

    private func annotations(of report: CheckoutReport, _ invocation: ActionInvocation) -> [Annotation] {
        var annotations: [Annotation] = []
        if invocation.input("submodules") ?? "false" != "false", !report.submodules.isEmpty {
            let paths = report.submodules.map(\.path).joined(separator: ", ")
            annotations.append(
                Annotation(level: .warning, message: "submodules are not fetched; these folders are empty: \(paths)"))
        }
        if report.leavesOutEncodings {
            annotations.append(
                Annotation(
                    level: .warning,
                    message: "the working-tree-encoding of .gitattributes is not applied: files are encoded as they are stored"))
        }
        if !report.lfsPointers.isEmpty {
            let count = report.lfsPointers.count
            annotations.append(
                Annotation(
                    level: .warning,
                    message: "\(count) files are Git LFS pointers, their contents are not fetched: \(report.lfsPointers[0].path)")
            )
        }
        return annotations
    }
}
