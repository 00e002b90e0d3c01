internal import Actions
internal import EngineAddresses
internal import Execution
internal import Expressions
internal import Foundation
internal import Plan
internal import Processes
internal import RemoteSources
internal import Scheduling
internal import Settings
internal import Store
internal import Synchronization
internal import WakeUps

/// Starts a worker process for each job, and follows it to its end.
///
/// Workers outlive the daemon: what they need is in the job's folder and in their memory, and a daemon that starts anew takes
/// them up through that folder.
final class WorkerLauncher: JobLauncher {
    private struct Cancel {
        var level: Int
        var reason: String
    }

    let folders: StateFolders
    let store: Store
    private let vault: SecretVault
    let credentials: JobCredentials
    private let remote: RemoteActions
    let settings: CurrentSettings
    private let forkServer: ForkServerClient
    private let watch: FolderWatch
    private let containers: ContainerJanitor
    let report: @Sendable (String) -> Void
    private let now: @Sendable () -> Date
    /// Set once, before the first launch: the scheduler needs the launcher, and the launcher tells the scheduler of ends.
    private let scheduler = Mutex<Scheduler?>(nil)
    /// Cancels that came before the worker could hear them.
    private let earlyCancels = Mutex<[Int64: Cancel]>([:])
    /// Of the jobs that wait for actions: signalled when there is a cancel.
    private let wakeUps = Mutex<[Int64: WakeUp]>([:])
    /// Of the jobs that are followed.
    private let deadlines = Mutex<[Int64: WorkerDeadline]>([:])
    private let followers = GrowingTaskGroup()
    private let ready: ReadyWorkers
    /// Tries to read a journal until its job counts as lost.
    private static let followLimit = 5

    init(
        folders: StateFolders, store: Store, vault: SecretVault, credentials: JobCredentials, remote: RemoteActions,
        settings: CurrentSettings,
        forkServer: ForkServerClient,
        watch: FolderWatch, containers: ContainerJanitor, now: @escaping @Sendable () -> Date,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.folders = folders
        self.store = store
        self.vault = vault
        self.credentials = credentials
        self.remote = remote
        self.settings = settings
        self.forkServer = forkServer
        self.watch = watch
        self.containers = containers
        self.now = now
        self.report = report
        ready = ReadyWorkers(folders: folders, forkServer: forkServer, report: report)
    }

    func connect(to scheduler: Scheduler) { self.scheduler.withLock { $0 = scheduler } }

    /// Runs the followers until the task is cancelled; the workers go on.
    func run() async {
        ready.removeLeftovers()
        await keepReady()
        await followers.run()
    }

    // MARK: - Starting

    func launch(_ start: JobStart) async throws(LaunchError) {
        do {
            guard let plan = start.jobPlan else { throw DaemonError("the plan has no job \"\(start.job.key)\"") }
            try demandSettings(of: start.run.repository)
            let assignment = try assignment(for: start, plan: plan, actions: try await remoteActions(of: start))
            let lock = try prepareFolder(of: assignment, event: start.event)
            let secrets =
                start.event.isUntrusted
                ? HandedSecrets.none : try await vault.secrets(for: start)
            let aws = settings.value.repository(named: start.run.repository)?.aws ?? settings.value.aws
            let cloud = try await credentials.hand(toJob: start.job.id, of: start.run, for: start.event, aws)
            // Whole before there is a worker, so that no worker waits for a daemon that has died.
            let order = try OwnedDescriptor.inMemory(
                [UInt8](
                    try JSONEncoder().encode(
                        WorkerOrder(
                            assignment: assignment, secrets: secrets.values, masks: secrets.masks + cloud.masks,
                            environment: cloud.variables, credentialEnd: cloud.end))))
            let process = try await worker(for: assignment, order: order, lock: lock)
            // The worker holds the lock from here on.
            lock.unlock()
            follow(start.job, in: assignment.folder, process: process, deadline: deadline(of: start.job, assignment)) {
                // Not before: it would take from the job's start the time that it gives the next one's.
                [weak self] in await self?.keepReady(as: assignment.confinement)
            }
        } catch let error as LaunchError {
            throw error
        } catch {
            throw LaunchError("can't start the worker: \(error)")
        }
    }

    /// A job may have been queued when its repository left the settings. What they said of it, its sandbox, its engine, who may have
    /// its environments, does not fall back to what is said of all.
    private func demandSettings(of repository: String) throws(LaunchError) {
        guard settings.value.repository(named: repository) == nil else { return }
        throw LaunchError(
            "the repository \(repository) is not in the settings any more, so nothing says what its jobs may use: "
                + "put it back, and rerun the job", conclusion: .failure)
    }

    /// The actions of other repositories that the job calls.
    private func remoteActions(of start: JobStart) async throws(LaunchError) -> [JobAssignment.RemoteAction] {
        guard remote.isNeeded(for: start) else { return [] }
        let id = start.job.id
        let cancelled = WakeUp()
        wakeUps.withLock { $0[id] = cancelled }
        defer { wakeUps.withLock { $0[id] = nil } }
        let isCancelled: @Sendable () -> Bool = { [weak self] in self?.earlyCancels.withLock { $0[id] != nil } ?? true }
        let waited = Mutex<String?>(nil)
        let outcome = await remote.prepare(start, isCancelled: isCancelled, cancelled: cancelled) { reason in
            let reason = reason.followed(by: "the job starts once it can be had")
            waited.withLock { $0 = reason }
            let annotation = Annotation(level: .warning, message: reason)
            await note(.began(reason: reason), ofJob: id, annotations: [annotation])
        }
        if let reason = waited.withLock({ $0 }) { await note(.ended(reason: reason), ofJob: id) }
        switch outcome {
        case .ready(let actions): return actions
        case .unusable(let reason): throw LaunchError(reason, conclusion: .failure)
        case .unreachable(let reason): throw LaunchError(reason)
        case .cancelled:
            let reason = earlyCancels.withLock { $0.removeValue(forKey: id)?.reason }
            throw LaunchError(reason ?? "cancelled before it started", conclusion: .cancelled)
        }
    }

    /// Before the job has a journal.
    private func note(_ wait: JobProgress.WaitChange, ofJob id: Int64, annotations: [Annotation] = []) async {
        do { _ = try await store.apply(JobProgress(jobID: id, from: 0, to: 0, annotations: annotations, wait: wait)) } catch {
            report("what job \(id) waits for can't be stored: \(error)")
        }
    }

    /// One that waits for such a job, or else a new one.
    private func worker(
        for assignment: JobAssignment, order: OwnedDescriptor, lock: FileLock
    ) async throws -> ForkedProcess {
        let isOnHost = assignment.job.container == nil && assignment.engineUse.defaultContainer == nil
        while isOnHost, let worker = ready.take(preparedAs: assignment.confinement, tools: assignment.toolsFolder) {
            // One that has died since costs nothing but the try.
            if (try? worker.begin(order: order, lock: lock.descriptor)) != nil { return worker.process }
        }
        return try await forkServer.fork(role: WorkerRole.name, descriptors: [order.number, lock.descriptor])
    }

    /// Has workers wait for jobs that are confined like the last one; nil: like the settings have it, before there was one.
    func keepReady(as confinement: JobAssignment.Confinement? = nil) async {
        let settings = settings.value
        await ready.keep(
            min(settings.readyWorkers, settings.capacity),
            preparedAs: confinement
                ?? self.confinement(
                    settings.sandbox, settings.sandboxOptions, settings, isUntrusted: false),
            tools: folders.tools)
    }

    private func prepareFolder(of assignment: JobAssignment, event: Event) throws -> FileLock {
        try Folder.make(assignment.folder.path, mode: 0o750)
        if !Folder.exists(assignment.eventFile) {
            let unfinished = "\(assignment.eventFile).\(assignment.jobID)"
            try Folder.write(event.payload.jsonText(pretty: true), to: unfinished, mode: 0o640)
            try Folder.rename(unfinished, to: assignment.eventFile)
        }
        let plan = try JSONEncoder().encode(assignment)
        try Folder.write(String(decoding: plan, as: UTF8.self), to: assignment.folder.plan, mode: 0o640)
        guard let lock = try FileLock.tryLock(assignment.folder.lock) else {
            throw DaemonError("another worker has the job already")
        }
        return lock
    }

    private func assignment(
        for start: JobStart, plan: JobPlan, actions: [JobAssignment.RemoteAction]
    ) throws -> JobAssignment {
        let settings = settings.value
        let repository = settings.repository(named: start.run.repository)
        let sandbox = repository?.sandbox ?? settings.sandbox
        let options = repository?.sandboxOptions ?? settings.sandboxOptions
        let folder = folders.job(start.job.id, ofRun: start.run.id)
        var assignment = JobAssignment(
            runID: start.run.id, jobID: start.job.id, jobName: start.job.name, job: plan,
            workflowEnvironment: start.plan.environment, contexts: start.contexts, folder: folder,
            eventFile: folders.event(ofRun: start.run.id), workspace: folders.workspace(ofJob: start.job.id),
            toolsFolder: folders.tools,
            source: .init(
                mirror: folders.mirror(of: start.run.repository), commit: start.run.commit, ref: start.run.ref,
                originURL: repository?.url ?? ""),
            confinement: confinement(sandbox, options, settings, isUntrusted: start.event.isUntrusted),
            environment: settings.environment, timeLimit: settings.limits.jobTimeout.seconds,
            gracePeriod: settings.limits.terminationGrace.seconds,
            limits: .init(
                log: Int64(settings.limits.stepLog), summary: settings.limits.stepSummary, output: settings.limits.output),
            keepsWorkspace: WorkspaceKeeping(rawValue: settings.workspaces.keep.rawValue) ?? .never,
            homeFolder: options.homeFolder,
            remoteActions: actions,
            sources: SourceAccess(
                settings, jobOf: start.run.repository, isUntrusted: start.event.isUntrusted, folders: folders),
            engine: repository?.docker == .off ? nil : settings.docker.engine,
            engineUse: engineUse(of: start, repository?.docker ?? .containers, settings.docker),
            storage: JobStorage(start, settings: settings, folders: folders),
            // Whose code is a stranger's changes nothing outside of its job.
            deployments: start.event.isUntrusted ? nil : folders.deployments)
        assignment.isFollowed = true
        // Only what deploys is looked for beforehand; it would be in the plan of each job.
        if DeployPreflight.isOfUse(for: start.laterJobs) { assignment.laterJobs = start.laterJobs }
        // Going back asks nobody: who may start that is not thereby let into the environment's secrets.
        if start.run.pausesOnFailure, !start.event.isUntrusted, plan.deployment?.goesBack != true {
            assignment.pauseLimit = settings.pauseOnFailure.limit.seconds
        }
        return assignment
    }

    /// Whoever may open a pull request from a fork gets nothing of the host, and no image that others' credentials brought here.
    private func engineUse(of start: JobStart, _ use: DockerUse, _ docker: DockerSettings) -> EngineUse {
        let isUntrusted = start.event.isUntrusted
        return EngineUse(
            instance: folders.instance, permission: isUntrusted ? .containers : EngineUse.Permission(use),
            pull: isUntrusted ? .own : docker.pull == .always ? .always : .missing, defaultContainer: start.container)
    }

    /// Whose code is a stranger's has no part in the host's network: what listens on the loopback address there often asks nobody.
    private func confinement(
        _ sandbox: SandboxKind, _ options: SandboxSettings, _ settings: RunnerSettings, isUntrusted: Bool
    ) -> JobAssignment.Confinement {
        JobAssignment.Confinement(
            kind: sandbox == .bubblewrap ? .bubblewrap : .none, readOnlyPaths: options.readOnly,
            readWritePaths: options.readWrite + (options.homeFolder.map { [$0] } ?? []),
            hiddenPaths: options.hide + [folders.root, settings.secrets.keyFile]
                + [settings.docker.engine?.certificates].compactMap { $0 },
            devices: options.devices,
            sharesNetwork: options.network && !isUntrusted)
    }

    // MARK: - Following

    /// Takes up a job that was running when the daemon started.
    func adopt(_ job: Job) {
        let folder = folders.job(job.id, ofRun: job.runID)
        // A plan that is gone, or another version's, doesn't keep the job from being followed.
        let assignment = try? JSONDecoder().decode(
            JobAssignment.self, from: Data(try Folder.read(folder.plan, limit: .max).utf8))
        follow(job, in: folder, process: nil, deadline: deadline(of: job, assignment))
    }

    private func follow(
        _ job: Job, in folder: JobFolder, process: ForkedProcess?, deadline: WorkerDeadline,
        settled: @escaping @Sendable () async -> Void = {}
    ) {
        let follower = JobFollower(
            job: job, folder: folder, store: store, watch: watch, process: process, deadline: deadline, now: now,
            begun: { [weak self] in await self?.sendEarlyCancel(to: job) }, settled: settled, report: report,
            environments: { [settings] in settings.value.repository(named: $0)?.environments.map(\.name) ?? [] },
            credentialsWanted: { [weak self] in
                guard let self else { return }
                followers.add { [weak self] in await self?.renewCredentials(of: job) }
            })
        deadlines.withLock { $0[job.id] = deadline }
        followers.add { [weak self] in
            await self?.follow(job, with: follower)
            self?.deadlines.withLock { $0[job.id] = nil }
            await settled()
        }
    }

    /// A worker ends its job in time by itself, the steps that clean up included. This is for one that doesn't.
    private func deadline(of job: Job, _ assignment: JobAssignment?) -> WorkerDeadline {
        let limits = settings.value.limits
        // A pause is no part of the job's time.
        let limit = (assignment?.wholeTime ?? limits.jobTimeout.seconds) + (assignment?.pauseLimit ?? 0)
        let grace = (assignment?.gracePeriod ?? limits.terminationGrace.seconds) + limits.workerGrace.seconds
        let spent = max(0, now().timeIntervalSince(job.startedAt ?? now()))
        let rest = limit + JobAssignment.timeAfterLimit + grace - spent
        return WorkerDeadline(
            .now + .seconds(max(rest, 0)),
            .init(
                conclusion: .lost,
                reason: "its worker did not end at the job's time limit of \(Int(limit)) seconds and was killed"))
    }

    /// A store that can't be written, on a full disk say, is waited for: the job goes on, and its journal keeps what it did.
    private func follow(_ job: Job, with follower: JobFollower) async {
        var failures = 0
        // When the daemon stops, the worker goes on.
        while !Task.isCancelled {
            do {
                let end = try await follower.follow()
                switch end {
                case .lost, .killed:
                    await containers.remove(job)
                    removeWorkspace(of: job)
                case .finished, .neverStarted: break
                }
                return tellScheduler(end, of: job)
            } catch {
                if Task.isCancelled { return }
                failures += 1
                report("job \(job.id) can't be followed: \(error)")
                if !(error is StoreError), failures >= Self.followLimit {
                    return tellScheduler(
                        .lost(at: follower.now(), reason: "its journal can't be followed: \(error)"), of: job)
                }
                try? await Task.sleep(for: .seconds(min(failures, 30)))
            }
        }
    }

    /// What a worker that was killed could not remove itself.
    private func removeWorkspace(of job: Job) {
        let path = folders.workspace(ofJob: job.id)
        guard settings.value.workspaces.keep == .never, Folder.exists(path) else { return }
        do { try Folder.remove(path) } catch { report("can't remove \(path): \(error)") }
    }

    private func tellScheduler(_ end: JobFollower.End, of job: Job) {
        earlyCancels.withLock { $0[job.id] = nil }
        guard let scheduler = scheduler.withLock({ $0 }) else { return }
        switch end {
        case .finished(let finish): scheduler.jobEnded(JobEnd(jobID: job.id, finish: finish))
        case .lost(let at, let reason): scheduler.jobEnded(JobEnd(jobID: job.id, finish: .lost(reason: reason, at: at)))
        case .killed(let at, let verdict):
            var finish = JournalRecord.JobFinish.lost(reason: verdict.reason, at: at)
            finish.conclusion = verdict.conclusion
            scheduler.jobEnded(JobEnd(jobID: job.id, finish: finish))
        case .neverStarted: scheduler.jobNeverStarted(job.id)
        }
    }

    // MARK: - Cancelling

    func cancel(job: Job, reason: String, isRepeated: Bool) async {
        let cancel = Cancel(level: isRepeated ? 2 : 1, reason: reason)
        if isRepeated { bringDeadlineForward(of: job, reason: reason) }
        if send(cancel, to: job) { return }
        earlyCancels.withLock { $0[job.id] = cancel }
        wakeUps.withLock { $0[job.id] }?.signal()
        // It may have begun in between.
        if send(cancel, to: job) { earlyCancels.withLock { $0[job.id] = nil } }
    }

    /// After a second cancel there is nothing left to do but to kill what runs.
    private func bringDeadlineForward(of job: Job, reason: String) {
        let limits = settings.value.limits
        deadlines.withLock { $0[job.id] }?.bringForward(
            to: .now + limits.terminationGrace + limits.workerGrace,
            .init(conclusion: .cancelled, reason: "\(reason); its worker did not answer and was killed"))
    }

    private func sendEarlyCancel(to job: Job) async {
        if let cancel = earlyCancels.withLock({ $0.removeValue(forKey: job.id) }) {
            _ = send(cancel, to: job)
        } else if job.cancelRequested {
            _ = send(Cancel(level: 1, reason: job.reason ?? "cancelled"), to: job)
        }
    }

    private func send(_ cancel: Cancel, to job: Job) -> Bool {
        let path = folders.job(job.id, ofRun: job.runID).control
        guard let socket = try? UnixSocket.connect(to: path) else { return false }
        let reason = cancel.reason.split(whereSeparator: \.isNewline).joined(separator: " ")
        return (try? socket.write(Array("cancel \(cancel.level) \(reason)\n".utf8))) != nil
    }
}

extension EngineUse.Permission {
    init(_ use: DockerUse) {
        self =
            switch use {
            case .off, .containers: .containers
            case .privileged: .privileged
            case .socket: .socket
            }
    }
}

extension Duration {
    /// With fractions.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
