public import Plan
public import Reports
public import Scheduling
public import Store

/// What the page, the API and webhooks ask of the daemon. Web decodes, calls one of these and encodes the answer; every
/// rule is on the other side.
///
/// All methods may be called at the same time, also for the same run. What an actor's role allows was checked
/// before; whether they are among those who may approve was not. The implementation writes the audit record.
public protocol Operations: Sendable {
    /// The repositories of the settings, in their order. Cheap: it is asked for every page of repositories.
    func repositories() async -> [RepositoryDescription]
    /// The pipelines that can be started by hand, as the repository's default branch has them.
    func workflows(ofRepository name: String) async throws(OperationError) -> [DispatchableWorkflow]
    /// The text of a pipeline file at the run's commit, for showing a diagnostic's source line; nil where it is gone.
    func source(ofRun run: Run, path: String) async -> String?
    /// The commits that a run's history has and another run's of the same repository has not, the newest first; nil where the
    /// mirror lacks one of the two.
    func commits(of run: Run, notOf other: Run, limit: Int) async -> [CommitLine]?

    /// Starts a new attempt; of a run that is not completed, jobs that have ended run again in the same one. Conflict: what is to
    /// run again has not ended, or nothing matches the selection.
    ///
    /// Forbidden: the settings don't let the actor have jobs pause.
    func rerun(
        run id: Int64, jobs: RerunSelection, reason: String?, options: AttemptOptions, actor: Actor
    ) async throws(OperationError) -> Run
    /// Starts a run that was dispatched again at its commit, as a new run with other inputs. Invalid: the inputs don't fit, or the
    /// run was not dispatched.
    ///
    /// - Parameter inputs: those that change, untyped as for `dispatch`.
    func rerun(
        run id: Int64, inputs: [String: String], reason: String?, options: AttemptOptions, actor: Actor
    ) async throws(OperationError) -> Run
    /// Asks for a cancel and returns at once. Conflict: the run is completed.
    ///
    /// - Parameter letsRunningFinish: jobs that run go on to their end, and no other starts.
    func cancel(run id: Int64, letsRunningFinish: Bool, actor: Actor) async throws(OperationError)
    /// Lets a job go on that stands still after a failure. Conflict: it doesn't.
    func resume(job id: Int64, actor: Actor) async throws(OperationError)
    /// Has a shell in a paused job prepared for somebody on this host. Conflict: the job does not stand still. Forbidden: by
    /// the settings, or since the job had to be approved by others.
    func openShell(_ wish: ShellWish, actor: Actor) async throws(OperationError) -> ShellTicket
    /// Answers a job's request for an approval.
    ///
    /// - Parameter job: nil: the only one of the run that waits for an answer.
    /// - Throws: not found, or conflict where nothing waits for the answer; forbidden for who is not among those who may answer.
    func answer(
        run id: Int64, job: Int64?, isApproved: Bool, comment: String?, actor: Actor
    ) async throws(OperationError)
    /// Lets a job pass that its gate failed: a new attempt, in which what needs it runs.
    ///
    /// - Parameter job: nil: the only one of the run whose gate failed.
    /// - Throws: not found, or conflict where no gate may be overridden or the run is not completed; forbidden for who is not among
    ///   those who may.
    func override(run id: Int64, job: Int64?, reason: String, actor: Actor) async throws(OperationError) -> Run
    /// - Parameters:
    ///   - workflow: the file's path or its name.
    ///   - ref: as an operator types it (`main`, `refs/tags/v1`); nil: the default branch.
    ///   - inputs: untyped; the pipeline's declaration types and defaults them.
    func dispatch(
        repository: String, workflow: String, ref: String?, inputs: [String: String], options: AttemptOptions, actor: Actor
    ) async throws(OperationError) -> Run
    /// Has a service run again what it ran before a deployment: in a run of its own, which is returned at once. Conflict: the
    /// deployment is under way, is not the service's newest, or there is nothing to go back to.
    func rollBack(deployment id: Int64, reason: String?, actor: Actor) async throws(OperationError) -> Run
    /// Has an environment's services run again what they ran once an earlier deployment was made: in a run of its own, which is
    /// returned at once, and which no protection holds up. Conflict: the deployment did not succeed, changed no service, or is what
    /// they run.
    func restore(
        environmentDeployment id: Int64, reason: String?, actor: Actor
    ) async throws(OperationError) -> Run
    /// The environments of a repository that the settings name.
    func environments(ofRepository name: String) async -> [EnvironmentDescription]
    /// Looks at the remote now instead of at the next tick. Returns once the look is queued.
    func poll(repository: String, actor: Actor) async throws(OperationError)

    /// Checks and stores a delivery. When this returns a reply with a 2xx status, the delivery is durable.
    func receive(webhook: IncomingWebhook) async throws(OperationError) -> WebhookReply

    func secrets() async throws(OperationError) -> [SecretDescription]
    /// - Parameter scope: a repository's, one of its environments', or everybody's.
    func setSecret(named name: String, scope: SecretScope, value: String, actor: Actor) async throws(OperationError)
    func removeSecret(named name: String, scope: SecretScope, actor: Actor) async throws(OperationError)
    /// Takes what locked references to other repositories name now.
    ///
    /// - Parameters:
    ///   - repository: `owner/name`; nil: all.
    ///   - reference: nil: each that is locked.
    /// - Returns: what became of each, also where nothing changed. Not found: nothing of the repository is locked.
    func updateLock(repository: String?, reference: String?, actor: Actor) async throws(OperationError) -> [LockUpdate]
    /// Reads the settings again. Invalid: the diagnostics say why the old ones stay.
    func reload(actor: Actor) async throws(OperationError) -> SettingsReload
    func health() async -> HealthReport
    /// Who is told of a repository's runs, and who can't be told at the moment; nil: of any repository's.
    func outward(repository: String?) async throws(OperationError) -> [OutwardDescription]
    /// Has a message to somebody outside sent again. Conflict: it is still to be sent, or must not be sent again.
    ///
    /// - Returns: the new message, with the delivery id of the first.
    func redeliver(message id: Int64, actor: Actor) async throws(OperationError) -> OutboxMessage
    /// What the daemon takes of its host. What takes long to count is as it was when it was counted last; asking begins a new count
    /// where that is old.
    func host() async throws(OperationError) -> HostReport

    /// The log of one attempt at a job, or nil while it has none.
    func openLog(job: Job) async -> LogFile?
    /// The step summaries that the job wrote, or their beginning; nil where there is none.
    func summary(ofJob job: Job) async -> JobSummary?
    /// The file with the whole of them, Markdown; nil where there is none.
    func summaryFile(ofJob job: Job) async -> String?
    /// The stored file of an artifact: a zip, or where it is no archive the file that the job gave. It may be gone.
    func file(of artifact: Artifact) -> String
    /// The files in an artifact, in the archive's order.
    func contents(of artifact: Artifact, limit: Int) async throws(OperationError) -> ArtifactContents
    /// What a report says in detail; nil where its file is gone.
    func content(of report: StoredReport) async -> ReportContent?
    /// Removes an artifact's file.
    func remove(_ artifact: Artifact, actor: Actor) async throws(OperationError)
    func remove(_ cache: CacheEntry, actor: Actor) async throws(OperationError)
    /// Yields after the log file grew and after it ended; may yield without a reason, never blocks its producer
    /// (keep the newest one). Finishes when the job is over, or never.
    func growth(ofJob id: Int64) -> AsyncStream<Void>
}
