public import Plan

/// Finds the actions that steps call by `uses`, and lays them out where the job can run them. Built-in actions and images
/// (`docker://…`) are not asked for.
///
/// Contract: `prepare` is called once, before the job's first step. `find` may be called from several threads at the same time, and again for what was found before. What it returns
/// stays where it is until the job ended; only an action of the workspace (`./…`) is what the workspace holds at the moment.
public protocol ActionCatalog: Sendable {
    /// Lays out what is known beforehand to be called, before anything of the job runs.
    ///
    /// - Parameter log: takes lines about what is laid out.
    func prepare(in folders: WorkplaceFolders, cancellation: Cancellation, log: (String) -> Void) throws(ActionFailure)

    /// - Parameters:
    ///   - reference: as it stands in `uses`: `./path`, `$/path`, `owner/repository/path@ref`.
    ///   - caller: the action whose step it is; nil for a step of the job.
    /// - Throws: `ActionFailure` where there is no such action, its metadata has mistakes, or it leads out of its folder.
    func find(
        _ reference: String, calledBy caller: FoundAction?, in folders: WorkplaceFolders, cancellation: Cancellation
    ) throws(ActionFailure) -> FoundAction
}

/// An action that was found: what it is, and where its files are.
public struct FoundAction: Sendable {
    /// A repository at a commit, on this host.
    public struct Source: Equatable, Sendable {
        /// `owner/repository`, and the ref it was called by: `github.action_repository` and `github.action_ref`.
        public var repository: String
        public var ref: String
        public var commit: String
        public var mirror: String

        public init(repository: String, ref: String, commit: String, mirror: String) {
            self.repository = repository
            self.ref = ref
            self.commit = commit
            self.mirror = mirror
        }
    }

    public var plan: ActionPlan
    /// The folder with the metadata file.
    public var folder: WorkplaceFolders.Place
    /// The folder of the repository that the action is in; files that the metadata names may be beside the action's folder.
    public var root: WorkplaceFolders.Place
    /// Nil for an action of the workspace.
    public var source: Source?
    /// What is to be said of it where it is prepared: that its tag moved, for one.
    public var warning: String?

    public init(
        plan: ActionPlan, folder: WorkplaceFolders.Place, root: WorkplaceFolders.Place, source: Source? = nil,
        warning: String? = nil
    ) {
        self.plan = plan
        self.folder = folder
        self.root = root
        self.source = source
        self.warning = warning
    }
}

/// A catalog without actions: every `uses` must be built in or an image.
public struct EmptyCatalog: ActionCatalog {
    public init() {}

    public func prepare(
        in folders: WorkplaceFolders, cancellation: Cancellation, log: (String) -> Void
    ) throws(ActionFailure) {}

    public func find(
        _ reference: String, calledBy caller: FoundAction?, in folders: WorkplaceFolders, cancellation: Cancellation
    ) throws(ActionFailure) -> FoundAction {
        throw ActionFailure("the action \(reference) is not known here")
    }
}
