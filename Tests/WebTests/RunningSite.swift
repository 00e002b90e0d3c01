import Accounts
import Diagnostics
import Expressions
import Foundation
import Logging
import OpenIDConnect
import Plan
import ServiceLifecycle
import Store
import Synchronization
import Testing
import Web

/// A server of its own for one test: a real store in a new folder, a real listener on a free port, a real socket.
struct RunningSite: Sendable {
    let folder: String
    let store: Store
    let accounts: Accounts
    let operations: RecordingOperations
    let client: HTTPClient
    let operatorClient: HTTPClient

    static let moment = Date(timeIntervalSince1970: 1_767_323_045.5)
    /// Who these tests are on the operator socket.
    static let socketActor = "\(NSUserName()) (socket)"
    static let commit = String(repeating: "0123456789", count: 4)

    /// Runs the server as long as `body` does, then stops it as a daemon would.
    ///
    /// - Parameters:
    ///   - anonymousRole: that of whoever does not sign in. Most tests are about something else than who may do it.
    ///   - now: by which sessions and tokens end.
    static func with(
        _ configuration: WebConfiguration = WebConfiguration(), provider: IdentityProvider? = nil,
        anonymousRole: Role? = .operator,
        now: @escaping @Sendable () -> Date = { Date() },
        _ body: @escaping @Sendable (RunningSite) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "slipway-web-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try Store.open(at: folder + "/slipway.db")
        let operations = RecordingOperations()
        operations.change { $0.repositories = [RepositoryDescription(name: "app", url: "https://u:p@git.example.org/app.git")] }
        var configuration = configuration
        configuration.port = 0
        configuration.anonymousRole = anonymousRole
        configuration.socketPath = folder + "/operator.sock"
        // However slow this machine is, no try to sign in is forgotten meanwhile.
        let begun = SuspendingClock.now
        let accounts = Accounts(
            store: store, issuer: provider?.configuration.issuer, now: now, clock: { begun },
            report: { Issue.record("\($0)") })
        let (addresses, listening) = AsyncStream.makeStream(of: WebAddress.self)
        let server = try WebServer(
            configuration: configuration, store: store, accounts: accounts, provider: provider, operations: operations,
            logger: Logger(label: "test") { _ in
                SwiftLogNoOpLogHandler()
            }
        ) { address in listening.yield(address) }
        let group = ServiceGroup(configuration: .init(services: [server], logger: Logger(label: "test")))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var port = 0
            var count = 0
            for await address in addresses {
                if case .network(_, let taken) = address { port = taken }
                count += 1
                if count == 2 { break }
            }
            let site = RunningSite(
                folder: folder, store: store, accounts: accounts, operations: operations,
                client: HTTPClient(address: .port(port)),
                operatorClient: HTTPClient(address: .socket(folder + "/operator.sock")))
            do {
                try await body(site)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// A run that is stored.
    func run(
        title: String = "Change the threshold", status: Status = .completed, conclusion: Conclusion? = .success,
        reason: String? = nil, workflow: String = "CI", path: String = ".github/workflows/ci.yml", branch: String = "main",
        inputs: ExpressionObject = ExpressionObject(), event name: String = "push", diagnostics: [Diagnostic] = [],
        plan: RunPlan? = nil,
        jobs: [Job] = []
    ) async throws -> (run: Run, jobs: [Job]) {
        let event = Event(
            repository: "app", name: name, source: .webhook, ref: "refs/heads/\(branch)", commit: Self.commit,
            actor: "anna", inputs: inputs, receivedAt: Self.moment)
        let run = Run(
            repository: "app", workflow: workflow, workflowPath: path, title: title, event: name,
            ref: "refs/heads/\(branch)", commit: Self.commit, actor: "anna", status: status, conclusion: conclusion,
            reason: reason, createdAt: Self.moment, startedAt: Self.moment,
            finishedAt: status == .completed ? Self.moment.addingTimeInterval(61) : nil, diagnostics: diagnostics)
        let recorded = try await store.record(
            TriggerOutcome(event: event, key: .none, runs: [NewRun(run: run, plan: plan, jobs: jobs)]))
        guard let state = recorded.runs.first else { throw HTTPClient.Failure(description: "the run was not recorded") }
        return (state.run, state.jobs)
    }

    static func job(
        _ key: String = "test", needs: [String] = [], status: Status = .completed, conclusion: Conclusion? = .success
    ) -> Job {
        Job(
            runID: 0, key: key, name: key, needs: needs, status: status, conclusion: conclusion, createdAt: moment,
            startedAt: moment, finishedAt: status == .completed ? moment.addingTimeInterval(60) : nil)
    }

    /// A job that asked for an approval and waits for it.
    static func awaitingJob(_ key: String = "release", approvers: [String] = []) -> Job {
        var job = job(key, status: .waiting, conclusion: nil)
        job.approval = JobApproval(
            message: "Look at <staging> first", link: "https://staging.example.org/", approvers: approvers, since: moment,
            until: moment.addingTimeInterval(3600))
        return job
    }

    /// The next attempt at a run, with jobs of its own.
    func rerun(_ run: Run, reason: String, conclusion: Conclusion? = .success, jobs: [Job]) async throws -> Run {
        var next = run
        next.attempt += 1
        next.attemptReason = reason
        next.conclusion = conclusion
        next.reason = nil
        next.finishedAt = Self.moment.addingTimeInterval(7200)
        let fresh = jobs.map { job in
            var job = job
            job.runID = run.id
            job.attempt = next.attempt
            return job
        }
        _ = try await store.apply([.updateRun(next), .insertJobs(fresh)])
        return next
    }

    /// A run with one job that has this log.
    func logged(_ text: String, isLive: Bool = false, steps: [Step] = []) async throws -> Job {
        let made = try await run(
            status: isLive ? .running : .completed, conclusion: isLive ? nil : .success,
            jobs: [Self.job(status: isLive ? .running : .completed, conclusion: isLive ? nil : .success)])
        guard let job = made.jobs.first else { throw HTTPClient.Failure(description: "the job was not recorded") }
        let path = "\(folder)/log-\(job.id)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        operations.change { state in
            state.logs[job.id] = path
            if isLive { state.liveJobs.insert(job.id) }
        }
        if !steps.isEmpty { try await keep(steps, of: job) }
        return job
    }

    func keep(_ steps: [Step], of job: Job) async throws {
        let offset = try await store.progressOffset(ofJob: job.id)
        let own = steps.map { step in
            var step = step
            step.jobID = job.id
            return step
        }
        _ = try await store.apply(JobProgress(jobID: job.id, from: offset, to: offset + 1, steps: own))
    }

    func artifact(_ id: Int64, _ name: String = "model", of job: Job, attempt: Int = 1) -> Artifact {
        Artifact(
            id: id, runID: job.runID, jobID: job.id, attempt: attempt, name: name, size: 2048,
            digest: String(repeating: "ab", count: 32), createdAt: Self.moment, expiresAt: Self.moment.addingTimeInterval(86_400))
    }

    func cache(_ id: Int64, key: String = "pip-1", ref: String = "refs/heads/main", isUntrusted: Bool = false) -> CacheEntry {
        CacheEntry(
            id: id, repository: "app", scope: CacheScope(ref: ref, isUntrusted: isUntrusted), key: key, version: "v",
            size: 3_000_000,
            digest: String(repeating: "cd", count: 32), runID: 1, createdAt: Self.moment, usedAt: Self.moment)
    }

    static func deployment(
        _ id: Int64, of job: Job, status: Deployment.Status = .succeeded,
        previous: String? = "arn:aws:ecs:x:1:task-definition/app:1"
    ) -> Deployment {
        Deployment(
            id: id, runID: job.runID, jobID: job.id, repository: "app", commit: "c", region: "us-east-1", cluster: "prod",
            service: "web", serviceARN: "arn:aws:ecs:us-east-1:1:service/prod/web", previousTaskDefinition: previous,
            taskDefinition: "arn:aws:ecs:x:1:task-definition/app:2",
            images: [.init(container: "app", name: "registry/app:1", digest: "sha256:" + String(repeating: "ef", count: 32))],
            status: status, startedAt: moment, finishedAt: status.isOver ? moment : nil)
    }

    /// A gate that failed by one condition of two.
    static func gate(_ value: Double = 0.84, number: Int = 1) -> GateResult {
        GateResult(
            number: number, name: "quality", outcome: .fail,
            checks: [
                GateCheck(
                    condition: "f1 >= baseline.f1", kind: .required, verdict: value < 0.85 ? .failed : .passed, metric: "f1",
                    comparison: ">=",
                    value: value,
                    threshold: 0.85, baseline: 0.85, reason: "f1 is too <low>"),
                GateCheck(
                    condition: "auc > 0.5", kind: .investigated, verdict: .passed, metric: "auc", value: 0.9, threshold: 0.5),
                GateCheck(
                    condition: "worst(recall) >= 60%", kind: .required, verdict: .passed, subject: "worst(recall)", value: 0.7,
                    threshold: 0.6),
            ],
            metrics: [Metric("auc", 0.9), Metric("f1", value), Metric("recall", slice: "fraud", 0.7)],
            baseline: GateBaseline(words: "run 1, which is deployed", run: 1, commit: "c0ffee"), notes: ["a remark"],
            createdAt: moment)
    }

    /// As a job's journal tells of what it stored.
    func keep(artifacts: [Artifact], caches: [CacheEntry] = [], job: Job) async throws {
        let offset = try await store.progressOffset(ofJob: job.id)
        _ = try await store.apply(
            JobProgress(
                jobID: job.id, from: offset, to: offset + 1,
                storage: artifacts.map(StorageChange.artifactStored) + caches.map(StorageChange.cacheStored)))
    }

    func append(_ text: String, to job: Job, isLive: Bool = true) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/log-\(job.id)"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
        operations.grew(job.id, isLive: isLive)
    }

    static func line(_ text: String) -> String { "2026-01-02T03:04:05.1234567Z \(text)\n" }
}
