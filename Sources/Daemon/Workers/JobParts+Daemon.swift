internal import Actions
internal import Diagnoses
internal import Execution
internal import FoundationEssentials
internal import JobServices

extension JobParts {
    /// The actions that are part of Slipway.
    static var builtinActions: [any BuiltinAction] { BuiltinActions.all(fetcher: SpawnedFetcher()) }

    /// Their names, in lower case and without a version.
    static let builtinNames = Set(builtinActions.flatMap { type(of: $0).names })

    /// What a job is run with, in a worker and on a developer's machine alike.
    init(executor: any Executor, for assignment: JobAssignment, journal: JournalWriter) {
        self.init(
            executor: executor, actions: Self.builtinActions, catalog: RepositoryActions(assignment),
            services: StoredFileServices(assignment, journal: journal) { Date() }, analysis: KnownFailures())
        preflight = RunPreflight()
        actionInputs = BuiltinActions.inputs(of:)
    }
}
