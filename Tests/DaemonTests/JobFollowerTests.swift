import Foundation
import Plan
import Processes
import Store
import Testing

@testable import Daemon
@testable import Execution

/// A job's folder with a worker that holds its lock and does what it is told, beside a real store.
private final class FollowTrial {
    let root: TestFolder
    let store: Store
    let folder: JobFolder
    let job: Job
    let journal: JournalWriter
    let worker: SpawnedProcess

    /// - Parameter script: what the worker runs, in a shell.
    init(worker script: String = "exec sleep 1000") async throws {
        root = try TestFolder()
        store = try Store.open(at: "\(root.path)/slipway.db")
        let run = Run(
            repository: "app", workflow: "CI", workflowPath: "ci.yml", title: "A change", event: "push", ref: "refs/heads/main",
            commit: String(repeating: "1", count: 40), actor: "ada", createdAt: Date())
        let plan = RunPlan(name: "CI", path: "ci.yml", jobs: [JobPlan(key: "build")])
        let event = Event(
            repository: "app", name: "push", source: .operator, ref: run.ref, commit: run.commit, actor: "ada", receivedAt: Date()
        )
        let new = NewRun(run: run, plan: plan, jobs: [Job(runID: 0, key: "build", name: "build", createdAt: Date())])
        let recorded = try await store.record(TriggerOutcome(event: event, key: .none, runs: [new]))
        job = try #require(recorded.runs.first?.jobs.first)
        folder = JobFolder(path: "\(root.path)/job")
        try Folder.make(folder.path)
        journal = try JournalWriter(path: folder.journal)
        let lock = try #require(try FileLock.tryLock(folder.lock))
        var specification = ProcessSpecification(
            executable: "bash", arguments: ["-c", script], environment: [("PATH", "/usr/bin:/bin")])
        specification.inheritedDescriptors = [lock.descriptor]
        worker = try SpawnedProcess.start(specification)
        lock.unlock()
    }

    deinit {
        worker.signalGroup(SIGKILL)
        _ = worker.wait()
    }

    func begin() throws {
        try journal.append(.jobStarted(at: Date(), processID: worker.pid, steps: ["Set up job"]))
        try journal.append(.stepStarted(.init(number: 1, name: "Set up job", at: Date(), logFrom: 0)))
    }

    func follower(_ deadline: WorkerDeadline) throws -> JobFollower {
        JobFollower(
            job: job, folder: folder, store: store, watch: FolderWatch(), process: nil, deadline: deadline, now: { Date() },
            begun: {}, settled: {}, report: { _ in })
    }
}

@Suite(.timeLimit(.minutes(10))) struct JobFollowerTests {
    private static let verdict = WorkerDeadline.Verdict(conclusion: .cancelled, reason: "it did not answer")
    private static let never = WorkerDeadline(.now + .seconds(3600), verdict)

    @Test("a worker that goes on after its deadline is killed, and its running step ends as the job does")
    func killed() async throws {
        // TERM and the like are nothing to it.
        let trial = try await FollowTrial(worker: "trap '' TERM INT HUP; exec sleep 1000")
        try trial.begin()
        let end = try await trial.follower(WorkerDeadline(.now, Self.verdict)).follow()
        guard case .killed(_, let verdict) = end else { return #expect(Bool(false), "\(end)") }
        #expect(verdict == Self.verdict)
        #expect(try !FileLock.isLocked(trial.folder.lock))
        #expect(try await trial.store.steps(ofJob: trial.job.id).map(\.conclusion) == [.cancelled])
    }

    @Test("a worker that never wrote a word is found by its lock")
    func silent() async throws {
        let trial = try await FollowTrial()
        let end = try await trial.follower(WorkerDeadline(.now, Self.verdict)).follow()
        guard case .killed = end else { return #expect(Bool(false), "\(end)") }
        #expect(trial.worker.wait() == .signaled(SIGKILL))
    }

    @Test("a deadline that is brought forward is heard at once")
    func broughtForward() async throws {
        let trial = try await FollowTrial()
        try trial.begin()
        let deadline = WorkerDeadline(.now + .seconds(3600), .init(conclusion: .lost, reason: "too long"))
        let follower = try trial.follower(deadline)
        async let end = follower.follow()
        deadline.bringForward(to: .now, Self.verdict)
        guard case .killed(_, let verdict) = try await end else { return #expect(Bool(false)) }
        #expect(verdict == Self.verdict)
    }

    @Test("a process that has the worker's number but not its lock is left alone")
    func strangers() async throws {
        let trial = try await FollowTrial()
        let stranger = try SpawnedProcess.start(ProcessSpecification(executable: "sleep", arguments: ["1000"]))
        try trial.journal.append(.jobStarted(at: Date(), processID: stranger.pid, steps: []))
        _ = try await trial.follower(WorkerDeadline(.now, Self.verdict)).follow()
        #expect(stranger.reapIfEnded() == nil)
        #expect(trial.worker.wait() == .signaled(SIGKILL))
        stranger.signal(SIGKILL)
        _ = stranger.wait()
    }

    @Test("what a gate asks is answered once: also where the question was read before and the daemon died, and not again")
    func baselines() async throws {
        let trial = try await FollowTrial()
        try trial.begin()
        let request = BaselineRequest(number: 1, gate: "gate", source: .branch("main"))
        try trial.journal.append(.baselineAsked(request))
        // Another daemon took the question over into the store's offset, and died.
        let end = try JournalReader(path: trial.folder.journal).records(from: 0).to
        #expect(try await trial.store.apply(JobProgress(jobID: trial.job.id, from: 0, to: end)))
        _ = try await trial.follower(WorkerDeadline(.now, Self.verdict)).follow()
        let path = trial.folder.baseline(number: 1)
        let answer = try JSONDecoder().decode(BaselineAnswer.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(answer.note == "no run of the branch main with a gate \"gate\" succeeded yet")
        try Data("as it was".utf8).write(to: URL(fileURLWithPath: path))
        _ = try await trial.follower(WorkerDeadline(.now, Self.verdict)).follow()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "as it was")
    }

    @Test("a worker that dies by itself is lost, one that ends in good order has ended")
    func ends() async throws {
        let trial = try await FollowTrial()
        try trial.begin()
        trial.worker.signal(SIGKILL)
        guard case .lost = try await trial.follower(Self.never).follow() else { return #expect(Bool(false)) }

        let other = try await FollowTrial()
        try other.begin()
        try other.journal.append(.jobFinished(.lost(reason: "as told", at: Date())))
        guard case .finished(let finish) = try await other.follower(Self.never).follow() else { return #expect(Bool(false)) }
        #expect(finish.reason == "as told")
    }

    @Test("the end of a shell whose worker died is told once, also where the daemon dies before it has stored the job's end")
    func shells() async throws {
        let trial = try await FollowTrial()
        try trial.begin()
        let now = Date()
        try trial.journal.append(.paused(JobPause(step: "Test", since: now, until: now + 600)))
        try trial.journal.append(.shell(ShellUse(actor: "anna (socket)", userID: 1000, startedAt: now)))
        trial.worker.signal(SIGKILL)
        for _ in 1...2 {
            guard case .lost = try await trial.follower(Self.never).follow() else { return #expect(Bool(false)) }
        }
        #expect(try await trial.store.auditPage(AuditFilter()).entries.map(\.action) == ["close-shell", "open-shell"])
    }

    @Test("where the store has more of the journal than was thought, following begins anew instead of going on")
    func conflict() async throws {
        let trial = try await FollowTrial()
        try trial.begin()
        let follower = try trial.follower(Self.never)
        let following = Task { try await follower.follow() }
        // Another reader of the same journal is ahead by what the follower has not seen.
        while try await trial.store.progressOffset(ofJob: trial.job.id) == 0 { try await Task.sleep(for: .milliseconds(1)) }
        let offset = try await trial.store.progressOffset(ofJob: trial.job.id)
        #expect(try await trial.store.apply(JobProgress(jobID: trial.job.id, from: offset, to: offset + 1)))
        try trial.journal.append(.summary(step: 1))
        let error = await #expect(throws: DaemonError.self) { _ = try await following.value }
        #expect(error?.message.contains("byte \(offset)") == true)
    }
}
