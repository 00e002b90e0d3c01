internal import Dispatch
internal import Execution
internal import Expressions
internal import Foundation
internal import Plan
internal import Processes
internal import Scheduling
internal import Settings
internal import Store
internal import Synchronization

/// Starts a worker process for each job, and follows it to its end.
///
/// Workers outlive the daemon: what they need is in the job's folder and in their memory, and a daemon that starts anew takes
/// them up through that folder.
final class WorkerLauncher: JobLauncher {
    private struct Cancel {
        var level: Int
        var reason: String
    }

    private let folders: StateFolders
    private let store: Store
    private let vault: SecretVault
    private let settings: CurrentSettings
    private let forkServer: ForkServerClient
    private let watch: FolderWatch
    private let report: @Sendable (String) -> Void
    private let now: @Sendable () -> Date
    /// Set once, before the first launch: the scheduler needs the launcher, and the launcher tells the scheduler of ends.
    private let scheduler = Mutex<Scheduler?>(nil)
    /// Cancels that came before the worker could hear them.
    private let earlyCancels = Mutex<[Int64: Cancel]>([:])
    private let followers: FollowerTasks
    /// Tries to read a journal until its job counts as lost.
    private static let followLimit = 5

    init(
        folders: StateFolders, store: Store, vault: SecretVault, settings: CurrentSettings, forkServer: ForkServerClient,
        watch: FolderWatch, now: @escaping @Sendable () -> Date, report: @escaping @Sendable (String) -> Void
    ) {
        self.folders = folders
        self.store = store
        self.vault = vault
        self.settings = settings
        self.forkServer = forkServer
        self.watch = watch
        self.now = now
        self.report = report
        followers = FollowerTasks()
    }

    func connect(to scheduler: Scheduler) { self.scheduler.withLock { $0 = scheduler } }

    /// Runs the followers until the task is cancelled; the workers go on.
    func run() async { await followers.run() }

    // MARK: - Starting

    func launch(_ start: JobStart) async throws(LaunchError) {
        do {
            guard let plan = start.jobPlan else { throw DaemonError("the plan has no job \"\(start.job.key)\"") }
            let assignment = try assignment(for: start, plan: plan)
            let lock = try prepareFolder(of: assignment, event: start.event)
            let secrets =
                start.event.isUntrusted
                ? HandedSecrets.none : try await vault.secrets(for: start)
            let (read, write) = try Pipes.make()
            let process = try await forkServer.fork(
                role: WorkerRole.name, descriptors: [read.number, lock.descriptor])
            read.close()
            // The worker holds the lock from here on.
            lock.unlock()
            let order = [UInt8](try JSONEncoder().encode(WorkerOrder(assignment: assignment, secrets: secrets.values, masks: secrets.masks)))
            try await Self.send(order, over: write)
            follow(start.job, in: assignment.folder, process: process)
        } catch let error as LaunchError {
            throw error
        } catch {
            throw LaunchError("can't start the worker: \(error)")
        }
    }

    private static func send(_ order: [UInt8], over pipe: OwnedDescriptor) async throws {
        // A pipe takes 64 KiB at once; what is more has to wait for the reader, on a thread that may.
        if order.count <= 60 * 1024 {
            try Pipes.write(order, to: pipe.number)
        } else {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                DispatchQueue.global().async {
                    continuation.resume(with: Result { try Pipes.write(order, to: pipe.number) })
                }
            }
        }
        pipe.close()
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

    private func assignment(for start: JobStart, plan: JobPlan) throws -> JobAssignment {
        let settings = settings.value
        let repository = settings.repository(named: start.run.repository)
        let sandbox = repository?.sandbox ?? settings.sandbox
        let options = repository?.sandboxOptions ?? settings.sandboxOptions
        var home: String?
        if case .folder(let path) = options.home { home = path }
        let folder = folders.job(start.job.id, ofRun: start.run.id)
        return JobAssignment(
            runID: start.run.id, jobID: start.job.id, jobName: start.job.name, job: plan,
            workflowEnvironment: start.plan.environment, contexts: start.contexts, folder: folder,
            eventFile: folders.event(ofRun: start.run.id), workspace: folders.workspace(ofJob: start.job.id),
            toolsFolder: folders.tools,
            source: .init(
                mirror: folders.mirror(of: start.run.repository), commit: start.run.commit, ref: start.run.ref,
                originURL: repository?.url ?? ""),
            confinement: .init(
                kind: sandbox == .bubblewrap ? .bubblewrap : .none, readOnlyPaths: options.readOnly,
                readWritePaths: options.readWrite + (home.map { [$0] } ?? []),
                hiddenPaths: options.hide + [folders.root, settings.secrets.keyFile], devices: options.devices,
                sharesNetwork: options.network),
            environment: settings.environment, timeLimit: settings.limits.jobTimeout.seconds,
            gracePeriod: settings.limits.terminationGrace.seconds,
            limits: .init(
                log: Int64(settings.limits.stepLog), summary: settings.limits.stepSummary, output: settings.limits.output),
            keepsWorkspace: WorkspaceKeeping(rawValue: settings.workspaces.keep.rawValue) ?? .never, homeFolder: home)
    }

    // MARK: - Following

    /// Takes up a job that was running when the daemon started.
    func adopt(_ job: Job) {
        follow(job, in: folders.job(job.id, ofRun: job.runID), process: nil)
    }

    private func follow(_ job: Job, in folder: JobFolder, process: ForkedProcess?) {
        let follower = JobFollower(
            job: job, folder: folder, store: store, watch: watch, process: process, now: now,
            begun: { [weak self] in await self?.sendEarlyCancel(to: job) })
        followers.add { [weak self] in await self?.follow(job, with: follower) }
    }

    /// A store that can't be written, on a full disk say, is waited for: the job goes on, and its journal keeps what it did.
    private func follow(_ job: Job, with follower: JobFollower) async {
        var failures = 0
        // When the daemon stops, the worker goes on.
        while !Task.isCancelled {
            do {
                let end = try await follower.follow()
                if case .lost = end { removeWorkspace(of: job) }
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
        case .neverStarted: scheduler.jobNeverStarted(job.id)
        }
    }

    // MARK: - Cancelling

    func cancel(job: Job, reason: String, isRepeated: Bool) async {
        let cancel = Cancel(level: isRepeated ? 2 : 1, reason: reason)
        if send(cancel, to: job) { return }
        earlyCancels.withLock { $0[job.id] = cancel }
        // It may have begun in between.
        if send(cancel, to: job) { earlyCancels.withLock { $0[job.id] = nil } }
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

extension Duration {
    /// With fractions.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
