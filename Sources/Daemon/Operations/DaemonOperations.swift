internal import Diagnostics
internal import Execution
internal import FoundationEssentials
internal import Git
internal import Outward
internal import Plan
internal import RemoteSources
internal import Scheduling
internal import Settings
internal import Store
internal import Triggers
internal import Web

/// What the page, the API and the operators ask for, done by the modules that know how.
struct DaemonOperations: Operations {
    let folders: StateFolders
    let store: Store
    let scheduler: Scheduler
    let watchers: Watchers
    let receiver: WebhookReceiver
    let vault: SecretVault
    let sources: SourceResolver
    let settings: CurrentSettings
    let watch: FolderWatch
    let reloader: SettingsReloader
    let outward: OutwardService
    let summaries: SummaryReader
    /// Where files of reports are read.
    let reportFiles = BlockingQueue(label: "slipway.reports")
    /// Where workers of paused jobs are asked.
    let shellQueue = BlockingQueue(label: "slipway.pauses")
    let shellDoor: ShellDoor
    let storage: StorageKeeper
    let survey: DiskSurvey
    let refusals = RefusalCounter()
    let startedAt: Date
    let now: @Sendable () -> Date
    let report: @Sendable (String) -> Void

    // MARK: - Repositories

    func repositories() async -> [RepositoryDescription] {
        var descriptions: [RepositoryDescription] = []
        for repository in settings.value.repositories {
            let watcher = watchers.watcher(of: repository.name)
            descriptions.append(
                RepositoryDescription(
                    name: repository.name, url: repository.url, branches: repository.branches,
                    pollInterval: repository.poll?.seconds,
                    defaultBranch: await watcher?.knownDefaultBranch, pipelines: await watcher?.knownPipelines,
                    isBadgePublic: repository.badge == .public))
        }
        return descriptions
    }

    func workflows(ofRepository name: String) async throws(OperationError) -> [DispatchableWorkflow] {
        let watcher = try watcher(of: name)
        do {
            let builds = await watcher.dispatchableBuildspecs().map {
                DispatchableWorkflow(path: $0, name: $0, takesVariables: true)
            }
            return try await watcher.dispatchableWorkflows().map(DispatchableWorkflow.init) + builds
        } catch {
            // A repository without a commit has nothing to start, which is no failure of the page.
            if error.kind == .notFound { return [] }
            throw OperationError(error)
        }
    }

    func source(ofRun run: Run, path: String) async -> String? {
        await watchers.watcher(of: run.repository)?.text(of: path, at: run.commit)
    }

    func commits(of run: Run, notOf other: Run, limit: Int) async -> [CommitLine]? {
        let found = await watchers.watcher(of: run.repository)?.commits(of: run.commit, notOf: other.commit, limit: limit)
        return found.map { $0.map { CommitLine(id: $0.id.description, title: $0.title, author: $0.author.name) } }
    }

    func poll(repository: String, actor: Actor) async throws(OperationError) {
        let watcher = try watcher(of: repository)
        await audit(actor, "poll", "repository \(repository)")
        await watcher.lookNow()
    }

    func watcher(of name: String) throws(OperationError) -> RepositoryWatcher {
        guard let watcher = watchers.watcher(of: name) else {
            throw OperationError(.notFound, "there is no repository \"\(name)\" in the settings")
        }
        return watcher
    }

    // MARK: - Runs

    func cancel(run id: Int64, letsRunningFinish: Bool, actor: Actor) async throws(OperationError) {
        let reason = letsRunningFinish ? "stopped by \(actor), once what ran was over" : "cancelled by \(actor)"
        do { try await scheduler.cancel(run: id, reason: reason, letsRunningFinish: letsRunningFinish) } catch {
            throw OperationError(error)
        }
        await audit(actor, "cancel-run", "run \(id)", letsRunningFinish ? "running jobs go on to their end" : "")
    }

    func answer(
        run id: Int64, job: Int64?, isApproved: Bool, comment: String?, actor: Actor
    ) async throws(OperationError) {
        let answer = ApprovalAnswer(run: id, job: job, isApproved: isApproved, comment: comment, approver: actor)
        let verb = isApproved ? "approve" : "reject"
        do {
            let job = try await scheduler.answer(answer)
            await audit(actor, verb, "job \(job.id) (\(job.name)) of run \(id)", comment ?? "")
        } catch {
            if error.kind == .forbidden { await audit(actor, "refuse-\(verb)", "run \(id)", error.message) }
            throw OperationError(error)
        }
    }

    func override(run id: Int64, job: Int64?, reason: String, actor: Actor) async throws(OperationError) -> Run {
        let answer = ApprovalAnswer(run: id, job: job, isApproved: true, comment: reason, approver: actor)
        do {
            let run = try await scheduler.override(answer)
            await audit(actor, "override-gate", "run \(id)", reason)
            return run
        } catch {
            if error.kind == .forbidden { await audit(actor, "refuse-override", "run \(id)", error.message) }
            throw OperationError(error)
        }
    }

    func dispatch(
        repository: String, workflow: String, ref: String?, inputs: [String: String], options: AttemptOptions, actor: Actor
    ) async throws(OperationError) -> Run {
        if options.pausesOnFailure { try checkPause(actor) }
        let watcher = try watcher(of: repository)
        do {
            let state = try await watcher.dispatch(
                workflow: workflow, ref: ref, inputs: inputs, options: options, actor: actor.account)
            let remark = options.remark.isEmpty ? "" : ", \(options.remark)"
            await audit(actor, "dispatch", "run \(state.run.id)", "\(workflow) of \(repository)\(remark)")
            return state.run
        } catch {
            throw OperationError(error)
        }
    }

    // MARK: - Webhooks

    func receive(webhook: IncomingWebhook) async throws(OperationError) -> WebhookReply {
        do {
            let receipt = try await receiver.receive(
                forge: webhook.forge, repositoryName: webhook.repositoryName, headers: webhook.headers, body: webhook.body)
            switch receipt {
            case .pong:
                return WebhookReply(status: 200, message: "pong")
            case .duplicate(let deliveryID, let outcome):
                return WebhookReply(
                    status: 200, message: "received before: \(outcome ?? "it waits for its turn")", deliveryID: deliveryID)
            case .stored(let id, let deliveryID, let repository):
                deal(withDelivery: id, of: repository)
                return WebhookReply(status: 202, message: "stored", deliveryID: deliveryID)
            }
        } catch {
            if error.kind == .unauthenticated { await note(refused: webhook, because: error.message) }
            throw OperationError(error)
        }
    }

    /// Whoever sends them is not authenticated and must not be able to fill the audit trail.
    private func note(refused webhook: IncomingWebhook, because reason: String) async {
        let source = webhook.sender.isEmpty ? "an unknown address" : webhook.sender
        switch refusals.note(source: source, at: .now) {
        case .tell:
            let repository = webhook.repositoryName.map { String($0.prefix(100)) } ?? "unknown repository"
            await audit("webhook \(webhook.forge)", "refuse-webhook", repository, "from \(source): \(reason)")
        case .tellLater(let moment):
            watchers.do {
                // Also where the daemon stops before: what was counted is told then.
                try? await Task.sleep(until: moment, clock: .suspending)
                for refusal in refusals.takeCounted(at: moment) {
                    await audit(
                        "webhook", "refuse-webhook", "from \(refusal.source)", "\(refusal.count) more within a minute")
                }
            }
        case .counted: break
        }
    }

    /// The delivery is on disk: the answer does not wait for what comes of it.
    private func deal(withDelivery id: Int64, of repository: String) {
        guard let watcher = watchers.watcher(of: repository) else { return }
        watchers.do { await watcher.deal(withDelivery: id) }
    }

    // MARK: - Settings

    func reload(actor: Actor) async throws(OperationError) -> SettingsReload {
        let outcome = await reloader.reload()
        let isRefused = outcome.diagnostics.containsError
        await audit(actor, "reload", "settings", isRefused ? "refused" : "")
        guard !isRefused else {
            throw OperationError(
                .invalid, "the settings have mistakes: the old ones stay", diagnostics: outcome.diagnostics)
        }
        return SettingsReload(keysNeedingRestart: outcome.keysNeedingRestart, warnings: outcome.diagnostics)
    }

    // MARK: - Logs

    func openLog(job: Job) async -> LogFile? {
        let id = job.reusedFrom ?? job.id
        let path = folders.job(id, ofRun: job.runID).log
        guard Folder.exists(path) else { return nil }
        let store = store
        return LogFile(path: path) {
            // A store that is busy says nothing about the job: its viewers stay.
            do { return try await store.job(id).map { $0.status != .completed } ?? false } catch { return true }
        }
    }

    func summary(ofJob job: Job) async -> JobSummary? {
        let id = job.reusedFrom ?? job.id
        return await summaries.summary(ofJob: id, at: folders.job(id, ofRun: job.runID).summary)
    }

    func summaryFile(ofJob job: Job) async -> String? {
        let path = folders.job(job.reusedFrom ?? job.id, ofRun: job.runID).summary
        return Folder.exists(path) ? path : nil
    }

    func growth(ofJob id: Int64) -> AsyncStream<Void> {
        LogGrowth(jobID: id, folders: folders, store: store, watch: watch).stream()
    }

    func audit(_ actor: Actor, _ action: String, _ subject: String, _ detail: String = "") async {
        await audit(actor.name, action, subject, detail)
    }

    func audit(_ actor: String, _ action: String, _ subject: String, _ detail: String = "") async {
        do {
            try await store.audit(AuditEntry(at: now(), actor: actor, action: action, subject: subject, detail: detail))
        } catch {
            report("can't write the audit record \(action) \(subject): \(error)")
        }
    }
}
