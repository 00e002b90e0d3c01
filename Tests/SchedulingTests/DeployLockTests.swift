import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Scheduling

/// Runs that deploy to one environment.
@Suite(.timeLimit(.minutes(10)))
struct DeployLockTests {
    private let folder: TemporaryFolder
    private let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store.open(at: "\(folder.path)/slipway.db")
    }

    private static let deploy = "build:\ndeploy:\n  environment: Production"

    private func record(
        _ jobs: String = deploy, commit: String, event: String = "push", source: Event.Source = .poll
    ) async throws -> RunState {
        try await SchedulerTrial.record(MachineTrial.plan(jobs), commit: commit, event: event, source: source, in: store)
    }

    private func job(_ name: String, of run: Int64) async throws -> Job {
        try #require(try await store.jobs(ofRun: run).last { $0.name == name })
    }

    /// Takes as many starts as there are names, in any order.
    private func expect(
        _ starts: inout AsyncStream<JobStart>.Iterator, _ names: Set<String>, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [String: Job] {
        var started: [String: Job] = [:]
        while started.count < names.count {
            let start = try #require(await starts.next(), sourceLocation: sourceLocation)
            started["\(start.run.id) \(start.job.name)"] = start.job
        }
        #expect(Set(started.keys) == names, sourceLocation: sourceLocation)
        return started
    }

    @Test("runs that deploy to one environment take turns in their order, and say whose turn it is")
    func turns() async throws {
        let trial = SchedulerTrial(store, capacity: 10)
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            let first = try await record(commit: "a1")
            let (second, third) = (try await record(commit: "a2"), try await record(commit: "a3"))
            trial.scheduler.add([first])
            let ours = try await expect(&starts, ["1 build", "1 deploy"])
            // The newer one comes first, and goes after the older one all the same.
            trial.scheduler.add([third])
            _ = try await expect(&starts, ["3 build"])
            trial.scheduler.add([second])
            _ = try await expect(&starts, ["2 build"])
            for run in [second, third] {
                let waiting = try await job("deploy", of: run.run.id)
                #expect(waiting.status == .waiting)
                #expect(
                    waiting.reason == "waits for its turn at the environment Production: job deploy of run 1 (CI) deploys to it")
            }
            trial.end(try #require(ours["1 deploy"]), .failure)
            let next = try await expect(&starts, ["2 deploy"])
            #expect(
                try await job("deploy", of: 3).reason
                    == "waits for its turn at the environment Production: job deploy of run 2 (CI) deploys to it")
            trial.end(try #require(next["2 deploy"]), .success)
            _ = try await expect(&starts, ["3 deploy"])
        }
    }

    @Test("jobs of one run run beside each other, a matrix too, and another run waits for all of them")
    func ofOneRun() async throws {
        let trial = SchedulerTrial(store, capacity: 10)
        let jobs = "roll:\n  strategy: {matrix: {n: [1, 2]}}\n  environment: production\ncheck:\n  environment: PRODUCTION"
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            trial.scheduler.add([try await record(jobs, commit: "a1")])
            let ours = try await expect(&starts, ["1 roll (1)", "1 roll (2)", "1 check"])
            trial.scheduler.add([try await record("deploy:\n  environment: production", commit: "a2")])
            trial.end(try #require(ours["1 check"]), .success)
            trial.end(try #require(ours["1 roll (1)"]), .success)
            trial.scheduler.add([try await record("other:", commit: "a2")])
            // Only once this one has come, the end of the others has been decided about.
            _ = try await expect(&starts, ["3 other"])
            #expect(try await job("deploy", of: 2).reason?.contains("job roll (2) of run 1 (CI)") == true)
            trial.end(try #require(ours["1 roll (2)"]), .success)
            _ = try await expect(&starts, ["2 deploy"])
        }
    }

    @Test("a restart keeps the lock and the queue")
    func restart() async throws {
        let before = SchedulerTrial(store, capacity: 10)
        let jobs = "deploy:\n  environment: production"
        try await before.run {
            var starts = before.launcher.starts.makeAsyncIterator()
            before.scheduler.add([try await record(jobs, commit: "a1")])
            _ = try await expect(&starts, ["1 deploy"])
            before.scheduler.add([try await record(jobs, commit: "a2"), try await record("other:", commit: "a2")])
            _ = try await expect(&starts, ["3 other"])
        }
        let after = SchedulerTrial(store, capacity: 10)
        try await after.run {
            var starts = after.launcher.starts.makeAsyncIterator()
            after.scheduler.add([try await record("other:", commit: "a3")])
            _ = try await expect(&starts, ["4 other"])
            #expect(try await job("deploy", of: 2).status == .waiting)
            after.end(try await job("deploy", of: 1), .success)
            _ = try await expect(&starts, ["2 deploy"])
        }
    }

    @Test("an older commit is not put over a newer one that the same job has deployed, unless somebody reruns it")
    func older() async throws {
        let trial = SchedulerTrial(store, capacity: 10)
        let jobs = "build:\ndeploy:\n  needs: build\n  environment: production"
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            trial.scheduler.add([try await record(jobs, commit: "a1")])
            let old = try await expect(&starts, ["1 build"])
            trial.scheduler.add([try await record(jobs, commit: "a2")])
            let new = try await expect(&starts, ["2 build"])
            trial.end(try #require(new["2 build"]), .success)
            trial.end(try #require(try await expect(&starts, ["2 deploy"])["2 deploy"]), .success)
            _ = try await trial.completed(2)
            trial.end(try #require(old["1 build"]), .success)
            #expect(try await trial.completed(1).conclusion == .cancelled)
            #expect(
                try await job("deploy", of: 1).reason
                    == "run 2, which is newer, has deployed a2 to the environment production: it is left as it is. To deploy a1 all "
                    + "the same, rerun the job")
            #expect(try await store.environment("production", of: "app")?.current?.runID == 2)
            _ = try await trial.scheduler.rerun(run: 1, jobs: .failed, reason: "rerun by ada")
            trial.end(try #require(try await expect(&starts, ["1 deploy"])["1 deploy"]), .success)
            #expect(try await trial.completed(1).conclusion == .success)
        }
    }

    @Test("what a comment deploys has no order by the ref that its run has")
    func ofComments() async throws {
        let trial = SchedulerTrial(store, capacity: 10)
        let jobs = "build:\ndeploy:\n  needs: build\n  environment: production"
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            trial.scheduler.add([try await record(jobs, commit: "a1", event: "issue_comment")])
            let old = try await expect(&starts, ["1 build"])
            trial.scheduler.add([try await record(jobs, commit: "a2", event: "issue_comment")])
            let new = try await expect(&starts, ["2 build"])
            trial.end(try #require(new["2 build"]), .success)
            trial.end(try #require(try await expect(&starts, ["2 deploy"])["2 deploy"]), .success)
            _ = try await trial.completed(2)
            trial.end(try #require(old["1 build"]), .success)
            trial.end(try #require(try await expect(&starts, ["1 deploy"])["1 deploy"]), .success)
            #expect(try await trial.completed(1).conclusion == .success)
        }
    }

    @Test("a job that is called by the cells of a matrix is compared with that of its own cell")
    func ofCallers() async throws {
        func deployed(_ cell: String, _ number: Int, status: Status) async throws -> (run: Run, job: Job) {
            let state = try await record("call:", commit: "a\(number)")
            var caller = Job(runID: state.run.id, key: "release", name: "release (\(cell))", createdAt: MachineTrial.now)
            caller.matrix = ["service": .string(cell)]
            caller = try #require(try await store.apply([.insertJobs([caller])]).first)
            var called = Job(
                runID: state.run.id, key: "release/deploy", callerID: caller.id, name: "deploy", createdAt: MachineTrial.now)
            called = try #require(try await store.apply([.insertJobs([called])]).first)
            called.environment = JobEnvironment(name: "production")
            (called.status, called.startedAt) = (status, MachineTrial.now)
            if status == .completed { called.conclusion = .success }
            _ = try await store.apply([.updateJob(called)])
            return (state.run, called)
        }
        let (a, b) = (try await deployed("a", 1, status: .running), try await deployed("b", 2, status: .running))
        _ = try await deployed("a", 3, status: .completed)
        #expect(try await store.newerDeployment(than: a.job, of: a.run)?.commit == "a3")
        #expect(try await store.newerDeployment(than: b.job, of: b.run) == nil)
    }

    @Test("without the lock, and where nothing is deployed, runs go beside each other")
    func withoutLock() async throws {
        let environments = [EnvironmentProtection(name: "preview", hasExclusiveLock: false)]
        let trial = SchedulerTrial(store, capacity: 10, environments: environments)
        let jobs = "show:\n  environment: preview\ntest:\n  environment: {name: production, deployment: false}"
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            trial.scheduler.add([try await record(jobs, commit: "a1"), try await record(jobs, commit: "a2")])
            _ = try await expect(&starts, ["1 show", "1 test", "2 show", "2 test"])
        }
    }

    // MARK: - The queue

    private static func entry(_ run: Int64, _ turn: DeployTurn = .inOrder) -> ConcurrencyGroups.Entry {
        ConcurrencyGroups.Entry(
            member: .init(run: run, job: run * 10), label: "job deploy of run \(run) (CI)",
            claim: ConcurrencyClaim(group: "Production", since: MachineTrial.now, deployTurn: turn), containers: [])
    }

    @Test("who is asked for goes after those who wait, and what brings back an earlier deployment waits for nobody")
    func order() {
        var groups = ConcurrencyGroups()
        func enter(_ run: Int64, _ turn: DeployTurn = .inOrder) -> Bool {
            groups.enter(Self.entry(run, turn), of: "app").admission == .held
        }
        func leave(_ run: Int64) -> [Int64] { groups.leave(.init(run: run, job: run * 10)).admitted.map(\.member.run) }
        #expect(enter(5) && !enter(7) && !enter(2, .onPurpose) && !enter(6))
        #expect(enter(9, .goesBack))
        #expect(leave(5) == [])
        #expect(leave(9) == [6] && leave(6) == [7] && leave(7) == [2] && leave(2) == [])
        #expect(groups.isEmpty)
    }

    @Test("an environment and a concurrency group of one name are two things, and so are environments of two repositories")
    func names() {
        var groups = ConcurrencyGroups()
        #expect(groups.enter(Self.entry(1), of: "app").admission == .held)
        #expect(groups.enter(Self.entry(2), of: "other").admission == .held)
        var group = Self.entry(3)
        group.claim.deployTurn = nil
        #expect(groups.enter(group, of: "app").admission == .held)
        // One that waits no more keeps nobody.
        #expect(groups.enter(Self.entry(4), of: "app").admission != .held)
        #expect(groups.leave(.init(run: 4, job: 40)).admitted.isEmpty)
        #expect(groups.leave(.init(run: 1, job: 10)).admitted.isEmpty)
        #expect(groups.enter(Self.entry(5), of: "APP").admission == .held)
    }
}
