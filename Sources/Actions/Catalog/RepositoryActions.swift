public import Execution
internal import Expressions
internal import Git
internal import Glibc
internal import Plan
internal import Synchronization
internal import Workflows

/// The actions that are files of a repository: of the workspace (`./path`), of the repository itself at the commit that runs
/// (`$/path`), and of other repositories (`owner/repository/path@ref`), which were resolved to commits of mirrors on this host
/// before the job started.
///
/// What is no workspace's is laid out once a job in the folder for actions, without `.git`.
public final class RepositoryActions: ActionCatalog {
    private let assignment: JobAssignment
    /// The folders that are laid out, by repository and commit.
    private let laidOut = Mutex<Set<String>>([])

    /// A metadata file is short; what is longer is something else.
    private static let limit = 1 << 20

    public init(_ assignment: JobAssignment) { self.assignment = assignment }

    public func prepare(
        in folders: WorkplaceFolders, cancellation: Cancellation, log: (String) -> Void
    ) throws(ActionFailure) {
        for action in assignment.remoteActions {
            try layOut(Self.source(of: action), in: folders, cancellation: cancellation, log: log)
        }
    }

    public func find(
        _ reference: String, calledBy caller: FoundAction?, in folders: WorkplaceFolders, cancellation: Cancellation
    ) throws(ActionFailure) -> FoundAction {
        if reference.hasPrefix("./") { return try local(reference, in: folders) }
        // In a workflow of another repository, `$/` means that one: it was resolved like others are.
        let isResolved = caller == nil && assignment.remoteActions.contains { $0.reference == reference }
        if reference.hasPrefix("$/"), !isResolved {
            return try ownRepository(reference, calledBy: caller, in: folders, cancellation: cancellation)
        }
        guard let action = assignment.remoteActions.first(where: { $0.reference == reference }) else {
            throw ActionFailure(
                """
                the action \(reference) was not resolved before the job started: it is called by an action of the workspace that \
                the commit does not have
                """)
        }
        let source = Self.source(of: action)
        let root = try layOut(source, in: folders, cancellation: cancellation, log: { _ in })
        var found = try read(reference, folder: action.folder, in: root)
        found.source = source
        found.warning = action.warning
        return found
    }

    // MARK: - Where they are

    private func local(_ reference: String, in folders: WorkplaceFolders) throws(ActionFailure) -> FoundAction {
        let folder = reference.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        do { return try read(reference, folder: folder, in: folders.workspace) } catch {
            let advice =
                Folder.exists("\(folders.workspace.outside)/.git") ? "" : "; did you forget to run actions/checkout before?"
            throw ActionFailure(error.message + advice)
        }
    }

    /// An action beside the one that calls, or of the repository that runs.
    private func ownRepository(
        _ reference: String, calledBy caller: FoundAction?, in folders: WorkplaceFolders, cancellation: Cancellation
    ) throws(ActionFailure) -> FoundAction {
        let folder = reference.dropFirst(2).split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        if let caller, caller.source != nil {
            var found = try read(reference, folder: folder, in: caller.root)
            found.source = caller.source
            return found
        }
        if caller == nil, let called = calledWorkflowAction(in: folder) {
            return try find(called.reference, calledBy: nil, in: folders, cancellation: cancellation)
        }
        let own = assignment.source
        let root: WorkplaceFolders.Place
        let source = FoundAction.Source(
            repository: assignment.contexts.github["repository"]?.displayString ?? "", ref: own.ref, commit: own.commit,
            mirror: own.mirror)
        if let tree = own.workingTree {
            root = try WorkingTreeActions(mirror: own.mirror, commit: own.commit, tree: tree).layOut(
                folder, in: folders.actions, cancellation: cancellation)
        } else {
            root = try layOut(source, in: folders, cancellation: cancellation, log: { _ in })
        }
        var found = try read(reference, folder: folder, in: root)
        found.source = source
        return found
    }

    /// The action of another repository whose reusable workflow the job is written in; nil for a workflow of the run's own.
    private func calledWorkflowAction(in folder: String) -> JobAssignment.RemoteAction? {
        let (github, job) = (assignment.contexts.github, assignment.contexts.job)
        guard let repository = job["workflow_repository"]?.displayString.lowercased(),
            repository != github["repository"]?.displayString.lowercased()
        else { return nil }
        return assignment.remoteActions.first {
            $0.repository.lowercased() == repository && $0.folder == folder && $0.commit == job["workflow_sha"]?.displayString
        }
    }

    private static func source(of action: JobAssignment.RemoteAction) -> FoundAction.Source {
        FoundAction.Source(
            repository: action.repository, ref: action.ref, commit: action.commit, mirror: action.mirror)
    }

    /// Lays a repository out, unless it is there. Steps beside each other may want the same.
    @discardableResult
    private func layOut(
        _ source: FoundAction.Source, in folders: WorkplaceFolders, cancellation: Cancellation, log: (String) -> Void
    ) throws(ActionFailure) -> WorkplaceFolders.Place {
        let path = try Self.path(of: source)
        try laidOut.withLock { known throws(ActionFailure) in
            guard !known.contains(path) else { return }
            do {
                guard let commit = ObjectID(source.commit) else { throw ActionFailure("\(source.commit) is no commit") }
                let report = try Mirror.open(existing: source.mirror).checkout(
                    commit, into: folders.actions.outside, options: CheckoutOptions(path: path),
                    isCancelled: { cancellation.level != .none })
                try Folder.remove("\(path)/.git", below: folders.actions.outside)
                log("Downloaded \(source.repository)@\(source.ref) (\(source.commit), \(report.fileCount) files)")
            } catch let failure as ActionFailure {
                throw failure
            } catch {
                throw ActionFailure("can't lay out \(source.repository)@\(source.ref): \(error)")
            }
            known.insert(path)
        }
        return folders.actions.appending(path)
    }

    /// Where a repository is laid out: its name and the commit, which can't lead elsewhere.
    private static func path(of source: FoundAction.Source) throws(ActionFailure) -> String {
        let parts = source.repository.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.utf8.contains(0) }) else {
            throw ActionFailure("\"\(source.repository)\" is no repository's name")
        }
        return "\(source.repository)/\(source.commit)"
    }

    // MARK: - What they are

    private func read(
        _ reference: String, folder: String, in root: WorkplaceFolders.Place
    ) throws(ActionFailure) -> FoundAction {
        let place = folder.isEmpty ? root : root.appending(folder)
        do {
            for name in ActionReader.fileNames {
                guard let file = try ContainedFile(folder.isEmpty ? name : "\(folder)/\(name)", in: root) else { continue }
                let document = ActionReader.read(text: try file.text(limit: Self.limit), path: file.path)
                guard let plan = document.plan else {
                    throw ActionFailure("the metadata of \(reference) can't be used: \(file.path), \(document.refusal ?? "")")
                }
                return FoundAction(plan: plan, folder: place, root: root)
            }
            // An image's recipe alone is an action, too.
            for name in ["Dockerfile", "dockerfile"] {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                guard try ContainedFile(path, in: root) != nil else { continue }
                let docker = DockerAction(
                    image: .dockerfile(name), preCondition: .whenSuccessful, postCondition: .whenSuccessful)
                return FoundAction(
                    plan: ActionPlan(name: reference, path: path, work: .docker(docker)), folder: place, root: root)
            }
        } catch let failure as ActionFailure {
            throw failure
        } catch {
            throw ActionFailure("\(error)")
        }
        throw ActionFailure("there is no action.yml, action.yaml or Dockerfile in \(place.inside)")
    }
}
