import FoundationEssentials
import Plan
import Reports
import Scheduling
import Store
import Synchronization
import Web

/// The daemon's side as these tests need it: answers what it was told to answer, and remembers what it was asked.
final class RecordingOperations: Operations {
    struct State {
        var outward: [OutwardDescription] = []
        var calls: [String] = []
        var webhooks: [IncomingWebhook] = []
        var repositories: [RepositoryDescription] = []
        var workflows: [DispatchableWorkflow] = []
        var sources: [String: String] = [:]
        var logs: [Int64: String] = [:]
        var liveJobs: Set<Int64> = []
        var summaries: [Int64: JobSummary] = [:]
        var files: [Int64: String] = [:]
        var reports: [Int64: ReportContent] = [:]
        var contents = ArtifactContents(files: [], isCut: false)
        var run: Run?
        var failure: OperationError?
        var checks: [HealthReport.Check] = []
        var host = HostReport(folder: "/var/lib/slipway", size: 100 << 30, free: 40 << 30, capacity: 2)
        var waiting: [Int64: [AsyncStream<Void>.Continuation]] = [:]
    }

    let state = Mutex(State())

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    var calls: [String] { state.withLock { $0.calls } }

    /// The log of a job has grown, or has ended.
    func grew(_ job: Int64, isLive: Bool = true) {
        let waiting = state.withLock { state in
            if isLive { state.liveJobs.insert(job) } else { state.liveJobs.remove(job) }
            return state.waiting[job] ?? []
        }
        for continuation in waiting { continuation.yield() }
    }

    private func note(_ call: String) throws(OperationError) {
        let failure = state.withLock { state in
            state.calls.append(call)
            return state.failure
        }
        if let failure { throw failure }
    }

    private func answeredRun() throws(OperationError) -> Run {
        guard let run = state.withLock({ $0.run }) else { throw OperationError(.notFound, "There is no such run.") }
        return run
    }

    func repositories() async -> [RepositoryDescription] { state.withLock { $0.repositories } }

    func workflows(ofRepository name: String) async throws(OperationError) -> [DispatchableWorkflow] {
        state.withLock { $0.workflows }
    }

    func source(ofRun run: Run, path: String) async -> String? { state.withLock { $0.sources[path] } }

    func commits(of run: Run, notOf other: Run, limit: Int) async -> [CommitLine]? {
        run.id > other.id ? [CommitLine(id: String(repeating: "ab", count: 20), title: "Train <longer>", author: "ada")] : []
    }

    func rerun(
        run id: Int64, jobs: RerunSelection, reason: String?, options: AttemptOptions, actor: Actor
    ) async throws(OperationError) -> Run {
        try note("rerun \(id) \(jobs) reason=\(reason ?? "-")\(Self.text(options)) by \(actor)")
        return try answeredRun()
    }

    func rerun(
        run id: Int64, inputs: [String: String], reason: String?, options: AttemptOptions, actor: Actor
    ) async throws(OperationError) -> Run {
        let pairs = inputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        try note("rerun \(id) with \(pairs) reason=\(reason ?? "-")\(Self.text(options)) by \(actor)")
        return try answeredRun()
    }

    private static func text(_ options: AttemptOptions) -> String {
        (options.isDebug ? " debug" : "") + (options.pausesOnFailure ? " pausing" : "")
    }

    func resume(job id: Int64, actor: Actor) async throws(OperationError) { try note("resume \(id) by \(actor)") }

    func openShell(_ wish: ShellWish, actor: Actor) async throws(OperationError) -> ShellTicket {
        try note("shell \(wish.job) \(wish.columns)x\(wish.rows) \(wish.terminal) by \(actor)")
        return ShellTicket(socket: "/run/door", ticket: "0123")
    }

    func cancel(run id: Int64, letsRunningFinish: Bool, actor: Actor) async throws(OperationError) {
        try note("cancel \(id)\(letsRunningFinish ? " later" : "") by \(actor)")
    }

    func answer(
        run id: Int64, job: Int64?, isApproved: Bool, comment: String?, actor: Actor
    ) async throws(OperationError) {
        let verb = isApproved ? "approve" : "reject"
        try note("\(verb) \(id) job=\(job.map { "\($0)" } ?? "-") comment=\(comment ?? "-") by \(actor)")
    }

    func override(run id: Int64, job: Int64?, reason: String, actor: Actor) async throws(OperationError) -> Run {
        try note("override \(id) job=\(job.map { "\($0)" } ?? "-") reason=\(reason) by \(actor)")
        return try answeredRun()
    }

    func dispatch(
        repository: String, workflow: String, ref: String?, inputs: [String: String], options: AttemptOptions, actor: Actor
    ) async throws(OperationError) -> Run {
        let text = inputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        try note("dispatch \(repository) \(workflow) \(ref ?? "-") [\(text)]\(Self.text(options)) by \(actor)")
        return try answeredRun()
    }

    func rollBack(deployment id: Int64, reason: String?, actor: Actor) async throws(OperationError) -> Run {
        try note("roll back \(id)\(reason.map { " (\($0))" } ?? "") by \(actor)")
        return try answeredRun()
    }

    func outward(repository: String?) async throws(OperationError) -> [OutwardDescription] {
        state.withLock { $0.outward }
    }

    func redeliver(message id: Int64, actor: Actor) async throws(OperationError) -> OutboxMessage {
        try note("redeliver \(id) by \(actor)")
        return OutboxMessage(
            id: id + 1, target: "webhook chatops", lane: "l", event: "run.completed", delivery: "d", runID: 1, repository: "app",
            content: "{}", createdAt: Date(timeIntervalSince1970: 0), dueAt: Date(timeIntervalSince1970: 0),
            expiresAt: Date(timeIntervalSince1970: 0))
    }

    func restore(
        environmentDeployment id: Int64, reason: String?, actor: Actor
    ) async throws(OperationError) -> Run {
        try note("restore \(id) reason=\(reason ?? "-") by \(actor)")
        return try answeredRun()
    }

    func environments(ofRepository name: String) async -> [EnvironmentDescription] {
        [EnvironmentDescription(name: "production", approvers: ["admin"], wait: 600)]
    }

    func poll(repository: String, actor: Actor) async throws(OperationError) { try note("poll \(repository) by \(actor)") }

    func receive(webhook: IncomingWebhook) async throws(OperationError) -> WebhookReply {
        change { $0.webhooks.append(webhook) }
        try note("webhook \(webhook.forge) \(webhook.repositoryName ?? "-")")
        return WebhookReply(status: 202, message: "stored", deliveryID: webhook.headers["x-github-delivery"])
    }

    func secrets() async throws(OperationError) -> [SecretDescription] { [SecretDescription(name: "TOKEN", repository: "app")] }

    func setSecret(named name: String, scope: SecretScope, value: String, actor: Actor) async throws(OperationError) {
        try note("set \(name) of \(scope.repository.map { _ in scope.text } ?? "all") by \(actor)")
    }

    func removeSecret(named name: String, scope: SecretScope, actor: Actor) async throws(OperationError) {
        try note("remove \(name) of \(scope.repository.map { _ in scope.text } ?? "all") by \(actor)")
    }

    func updateLock(
        repository: String?, reference: String?, actor: Actor
    ) async throws(OperationError) -> [LockUpdate] {
        try note("update \(repository ?? "all")@\(reference ?? "all") by \(actor)")
        return [LockUpdate(repository: "team/say", reference: "v1", before: "a", commit: "b")]
    }

    func reload(actor: Actor) async throws(OperationError) -> SettingsReload {
        try note("reload by \(actor)")
        return SettingsReload(keysNeedingRestart: ["web.listen"])
    }

    func host() async throws(OperationError) -> HostReport { state.withLock { $0.host } }

    func health() async -> HealthReport {
        let checks = state.withLock { $0.checks }
        return HealthReport(
            version: "1.0.0", startedAt: "2026-01-02T03:04:05.000Z", checks: checks, capacity: 2, runningJobs: 1)
    }

    func openLog(job: Job) async -> LogFile? {
        let id = job.id
        guard let path = state.withLock({ $0.logs[id] }) else { return nil }
        return LogFile(path: path) { [self] in state.withLock { $0.liveJobs.contains(id) } }
    }

    func summary(ofJob job: Job) async -> JobSummary? { state.withLock { $0.summaries[job.id] } }

    func summaryFile(ofJob job: Job) async -> String? { state.withLock { $0.logs[job.id] } }

    func file(of artifact: Artifact) -> String { state.withLock { $0.files[artifact.id] } ?? "/nowhere" }

    func content(of report: StoredReport) async -> ReportContent? { state.withLock { $0.reports[report.id] } }

    func contents(of artifact: Artifact, limit: Int) async throws(OperationError) -> ArtifactContents {
        state.withLock { $0.contents }
    }

    func remove(_ artifact: Artifact, actor: Actor) async throws(OperationError) {
        try note("remove artifact \(artifact.name) by \(actor)")
    }

    func remove(_ cache: CacheEntry, actor: Actor) async throws(OperationError) {
        try note("remove cache \(cache.key) by \(actor)")
    }

    func growth(ofJob id: Int64) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        change { $0.waiting[id, default: []].append(continuation) }
        return stream
    }
}
