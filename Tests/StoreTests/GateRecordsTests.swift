import Foundation
import Plan
import Testing

@testable import Store

/// What gates measured, and what later ones compare with.
@Suite struct GateRecordsTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    private static func gate(
        _ value: Double, name: String = "quality", number: Int = 1, after seconds: Double = 0
    ) -> GateResult {
        GateResult(
            number: number, name: name, outcome: .pass,
            checks: [GateCheck(condition: "f1 > 0", kind: .required, verdict: .passed, metric: "f1", value: value, threshold: 0)],
            metrics: [Metric("f1", value), Metric("recall", slice: "a", 0.5)],
            baseline: GateBaseline(words: "run 1", run: 1), notes: ["n"], createdAt: Example.date.addingTimeInterval(seconds))
    }

    /// A completed run with a gate, on `main`.
    private func measured(_ value: Double, _ conclusion: Conclusion = .success, gate name: String = "quality") async throws -> Job
    {
        let job = try await store.addRun(Example.run(status: .completed, conclusion: conclusion)).jobs[0]
        try await tell(job, gates: [Self.gate(value, name: name)])
        return job
    }

    private func tell(_ job: Job, gates: [GateResult] = [], deployments: [Deployment] = []) async throws {
        let offset = try await store.progressOffset(ofJob: job.id)
        let progress = JobProgress(jobID: job.id, from: offset, to: offset + 1, deployments: deployments, gates: gates)
        #expect(try await store.apply(progress))
    }

    private func ask(_ source: BaselineRequest.Source, of job: Job, gate: String = "quality") async throws -> BaselineAnswer {
        try await store.baseline(BaselineRequest(number: 1, gate: gate, source: source), ofRun: job.runID, job: job.name)
    }

    @Test("what a gate told is there as it was told, once")
    func stored() async throws {
        let job = try await measured(0.9)
        try await tell(job, gates: [Self.gate(0.1)])
        let found = try #require(try await store.gates(ofJobs: [job.id])[job.id])
        #expect(found.map(\.gate) == [Self.gate(0.9)])
        #expect(found.first?.runID == job.runID)
    }

    @Test("a branch's baseline is the newest run of it that succeeded and has the gate")
    func branch() async throws {
        let first = try await measured(0.9)
        _ = try await measured(0.8, .failure)
        _ = try await measured(0.7, gate: "other")
        let now = try await store.addRun().jobs[0]
        let answer = try await ask(.branch("main"), of: now)
        #expect(answer.metrics == [Metric("f1", 0.9), Metric("recall", slice: "a", 0.5)])
        #expect(answer.baseline?.run == first.runID)
        let missing = "no run of the branch other with a gate \"quality\" succeeded yet"
        #expect(
            try await ask(.branch("other"), of: now)
                == BaselineAnswer(.unexpected, note: "\(missing), and there is no run of this branch at all"))
        _ = try await store.addRun(Example.run(ref: "refs/heads/other"))
        #expect(try await ask(.branch("other"), of: now) == BaselineAnswer(.notYet, note: missing))
        _ = try await store.addRun(Example.run(ref: "refs/heads/other", status: .completed, conclusion: .success))
        #expect(try await ask(.branch("other"), of: now).absence == .unexpected)
    }

    @Test("a run is a baseline for its own repository only, and only with metrics of the gate's name")
    func run() async throws {
        let job = try await measured(0.9)
        let now = try await store.addRun().jobs[0]
        #expect(try await ask(.run(job.runID), of: now).baseline?.run == job.runID)
        let missing = try await ask(.run(job.runID), of: now, gate: "latency")
        #expect(
            missing.absence == .unexpected
                && missing.note?.contains("has no metrics of a gate \"latency\"; it has those of quality") == true)
        let stranger = try await store.addRun(Example.run(repository: "other")).jobs[0]
        #expect(
            try await ask(.run(job.runID), of: stranger)
                == BaselineAnswer(.unexpected, note: "there is no run \(job.runID) of this repository"))
    }

    @Test("of several gates of a name the baseline is that of the same job, by its matrix, and in it of the same place")
    func sameJob() async throws {
        let names = ["train (fraud)", "train (churn)"]
        let jobs = try await store.addRun(
            Example.run(status: .completed, conclusion: .success), jobs: names.map { Example.job($0) }
        ).jobs
        try await tell(jobs[0], gates: [Self.gate(0.95), Self.gate(0.5, number: 2)])
        try await tell(jobs[1], gates: [Self.gate(0.75)])
        let earlier = BaselineRequest.Source.run(jobs[0].runID)
        let now = try await store.addRun(jobs: (names + ["evaluate"]).map { Example.job($0) }).jobs
        // One cell alone has a baseline: it is no other cell's.
        let half = try await store.addRun(Example.run(status: .completed, conclusion: .success), jobs: [Example.job(names[0])])
            .jobs
        try await tell(half[0], gates: [Self.gate(0.9)])
        #expect(try await ask(.run(half[0].runID), of: now[0]).metrics.first == Metric("f1", 0.9))
        #expect(try await ask(.run(half[0].runID), of: now[1]).absence == .unexpected)
        // A job that was renamed is the same one.
        let renamed = try await store.addRun(jobs: [Example.job("train")]).jobs
        #expect(try await ask(.run(half[0].runID), of: renamed[0]).metrics.first == Metric("f1", 0.9))
        #expect(try await ask(earlier, of: now[0]).metrics.first == Metric("f1", 0.95))
        #expect(try await ask(earlier, of: now[1]).metrics.first == Metric("f1", 0.75))
        let second = BaselineRequest(number: 2, gate: "quality", source: earlier)
        let answer = try await store.baseline(second, ofRun: now[0].runID, job: now[0].name)
        #expect(answer.metrics.first == Metric("f1", 0.5))
        let ambiguous = try await ask(earlier, of: now[2])
        #expect(ambiguous.absence == .unexpected)
        #expect(
            ambiguous.note?.contains("in train (churn), train (fraud), and none in evaluate") == true)
    }

    @Test("runs of tags and of pull requests have series of their own")
    func withoutBranch() async throws {
        for ref in ["refs/heads/main", "refs/tags/v1", "refs/tags/v2", "refs/pull/7/merge"] {
            let job = try await store.addRun(Example.run(ref: ref, status: .completed, conclusion: .success)).jobs[0]
            try await tell(job, gates: [Self.gate(0.9)])
        }
        let history = try await store.gateHistory(of: "app", .init(branch: GateHistory.tags), preferring: "main")
        #expect(history.branches == ["main", GateHistory.pullRequests, GateHistory.tags])
        #expect(history.points.map(\.run.ref) == ["refs/tags/v1", "refs/tags/v2"])
    }

    @Test("an environment that nobody knows is no baseline once anything is deployed, and that nothing is deployed is no mistake")
    func environments() async throws {
        let job = try await measured(0.9)
        let other = try await store.addRun().jobs[0]
        let staging = BaselineRequest.Source.deployed(environment: "staging")
        let missing = BaselineAnswer(.notYet, note: "nothing of this repository is deployed in staging yet")
        #expect(try await ask(staging, of: other) == missing)
        try await tell(job, deployments: [Example.deployment(1, of: job, status: .succeeded)])
        #expect(try await ask(staging, of: other).absence == .unexpected)
        let request = BaselineRequest(number: 1, gate: "quality", source: staging)
        let known = try await store.baseline(request, ofRun: other.runID, job: job.name) { $0 == "app" ? ["Staging"] : [] }
        #expect(known == missing)
        #expect(
            try await ask(.deployed(environment: nil), of: other, gate: "renamed")
                .note?.contains("has no metrics of a gate \"renamed\"; it has those of quality") == true)
        #expect(try await ask(.deployed(environment: nil), of: other, gate: "renamed").absence == .unexpected)
    }

    @Test("what is deployed is the newest deployment that succeeded, and after a rollback the run that is deployed again")
    func deployed() async throws {
        let (first, second) = (try await measured(0.9), try await measured(0.8))
        #expect(
            try await ask(.deployed(environment: nil), of: first)
                == BaselineAnswer(.notYet, note: "nothing of this repository is deployed yet"))
        var old = Example.deployment(1, of: first, status: .succeeded)
        old.taskDefinition = "app:2"
        try await tell(first, deployments: [old])
        var new = Example.deployment(2, of: second, status: .succeeded)
        new.taskDefinition = "app:3"
        try await tell(second, deployments: [new, Example.deployment(3, of: second, status: .failed)])
        #expect(try await ask(.deployed(environment: nil), of: first).metrics.first == Metric("f1", 0.8))
        let back = try await store.addRun().jobs[0]
        var rollback = Example.deployment(4, of: back, status: .succeeded)
        (rollback.taskDefinition, rollback.undoes) = ("app:2", 2)
        try await tell(back, deployments: [rollback])
        let answer = try await ask(.deployed(environment: nil), of: second)
        #expect(answer.metrics.first == Metric("f1", 0.9))
        #expect(answer.baseline?.run == first.runID)
        #expect(answer.baseline?.words.contains("which is deployed to the service web") == true)
    }

    @Test("what a later attempt measured and did not deploy is neither the baseline nor drawn as deployed")
    func failingRerun() async throws {
        let job = try await measured(0.9)
        try await tell(job, deployments: [Example.deployment(1, of: job, status: .succeeded)])
        let second = try await rerun(job)
        try await tell(second, gates: [Self.gate(0.7, after: 60)])
        let other = try await store.addRun().jobs[0]
        #expect(try await ask(.deployed(environment: nil), of: other).metrics.first == Metric("f1", 0.9))
        #expect(try await ask(.run(job.runID), of: job).metrics.first == Metric("f1", 0.7))
        let history = try await store.gateHistory(of: "app", .init(gate: "quality", branch: "main"), preferring: nil)
        #expect(history.points.map { $0.stored.gate.metrics[0].value } == [0.9])
        #expect(history.points.map(\.isDeployed) == [true])
    }

    @Test("of an environment it is what was measured before its job began, or by it, also when it is brought back")
    func environmentAfterRerun() async throws {
        let job = try await measured(0.9)
        try await deploy(job, to: JobEnvironment(name: "production"), at: 10)
        let second = try await rerun(job)
        try await tell(second, gates: [Self.gate(0.7, after: 60)])
        let production = BaselineRequest.Source.deployed(environment: "production")
        #expect(try await ask(production, of: job).metrics.first == Metric("f1", 0.9))
        let first = try #require(try await store.environment("production", of: "app")?.current)
        let next = try await store.addRun().jobs[0]
        try await tell(next, gates: [Self.gate(0.8, after: 110)])
        try await deploy(next, to: JobEnvironment(name: "production"), at: 100)
        #expect(try await ask(production, of: job).metrics.first == Metric("f1", 0.8), "measured by the job that deployed it")
        let back = try await store.addRun().jobs[0]
        try await deploy(back, to: JobEnvironment(name: "production", restores: first.id), at: 200)
        #expect(try await ask(production, of: job).metrics.first == Metric("f1", 0.9))
    }

    @Test("what was deployed on the way to the gate is no baseline, in the first attempt and in the next one")
    func onTheWay() async throws {
        let good = try await measured(0.9)
        try await deploy(good, to: JobEnvironment(name: "production"), at: 10)
        let anywhere = BaselineRequest.Source.deployed(environment: nil)
        // A stage, where the candidate is deployed before its gate measures it.
        let stage = try await store.addRun(Example.run(), jobs: [Example.job("stage"), Example.job("gate")]).jobs
        try await deploy(stage[0], to: JobEnvironment(name: "stage"), at: 20)
        #expect(try await ask(anywhere, of: stage[1]).metrics.first == Metric("f1", 0.9))
        try await tell(stage[1], gates: [Self.gate(0.5, after: 30)])
        let next = try await store.addRun().jobs[0]
        #expect(try await ask(anywhere, of: next).metrics.first == Metric("f1", 0.9))
        // All jobs again: what the gate measured in the attempt before led to nothing.
        var run = try #require(try await store.run(stage[0].runID))
        run.attempt = 2
        _ = try await store.apply([.updateRun(run)])
        let again = try await rerun(stage[0])
        try await deploy(again, to: JobEnvironment(name: "stage"), at: 40)
        #expect(try await ask(anywhere, of: stage[1]).metrics.first == Metric("f1", 0.9))
        #expect(try await ask(anywhere, of: next).metrics.first == Metric("f1", 0.9))
    }

    /// Another attempt at a job.
    private func rerun(_ job: Job) async throws -> Job {
        try #require(try await store.apply([.insertJobs([Example.job(job.key, run: job.runID, attempt: 2)])]).first)
    }

    private func deploy(_ job: Job, to environment: JobEnvironment, at offset: Double) async throws {
        var job = job
        job.environment = environment
        (job.status, job.conclusion) = (.completed, .success)
        job.startedAt = Example.date.addingTimeInterval(offset)
        _ = try await store.apply([.updateJob(job)])
    }

    @Test("a deployment that its job did not wait for is deployed, as the dashboard has it")
    func begun() async throws {
        let (first, second) = (try await measured(0.9), try await measured(0.8))
        try await tell(first, deployments: [Example.deployment(1, of: first, status: .succeeded)])
        try await tell(second, deployments: [Example.deployment(2, of: second, status: .begun)])
        #expect(try await ask(.deployed(environment: nil), of: first).baseline?.run == second.runID)
        let overview = try await store.overview(StoreOverviewLimits(failedSince: Example.date))
        #expect(overview.deployed.map(\.standing?.runID) == [second.runID])
        let history = try await store.gateHistory(of: "app", .init(gate: "quality", branch: "main"), preferring: nil)
        #expect(history.points.map(\.isDeployed) == [true, true])
    }

    @Test("what a service runs is the baseline however often another one was deployed to since, and its run is kept")
    func quietService() async throws {
        let live = try await measured(0.9)
        try await tell(live, deployments: [Example.deployment(1, of: live, status: .succeeded)])
        for id in 2...103 as ClosedRange<Int64> {
            let candidate = try await store.addRun(Example.run(status: .completed, conclusion: .failure)).jobs[0]
            var stage = Example.deployment(id, of: candidate, status: .succeeded)
            (stage.service, stage.serviceARN) = ("staging", "arn of staging")
            stage.startedAt = Example.date.addingTimeInterval(Double(id))
            // Each of them was stopped by the gate after it.
            try await tell(candidate, gates: [Self.gate(0.1, after: Double(id) + 1)], deployments: [stage])
        }
        let now = try await store.addRun().jobs[0]
        #expect(try await ask(.deployed(environment: nil), of: now).baseline?.run == live.runID)
        _ = try await store.prune(
            keeping: RetentionPolicy(days: 1, newestRuns: 1), now: Example.date.addingTimeInterval(9 * 86400))
        #expect(try await ask(.deployed(environment: nil), of: now).baseline?.run == live.runID)
    }

    /// A run whose jobs have gates of one name.
    private func measured(_ values: [(job: String, gates: [Double])], on ref: String = "refs/heads/main") async throws {
        let jobs = try await store.addRun(
            Example.run(ref: ref, status: .completed, conclusion: .success), jobs: values.map { Example.job($0.job) }
        ).jobs
        for (job, value) in zip(jobs, values) {
            try await tell(job, gates: value.gates.enumerated().map { Self.gate($1, number: $0 + 1) })
        }
    }

    @Test("gates of one name in several jobs, or at several places of one, have histories of their own")
    func alike() async throws {
        for value in [0.1, 0.2, 0.3] {
            // Which of them ends last is another in each run.
            let jobs = [("accuracy", [value, value + 0.05]), ("speed", [value * 1000])]
            try await measured(value == 0.2 ? jobs.reversed() : jobs)
        }
        try await measured([("size", [5])], on: "refs/heads/other")
        func values(_ choice: GateHistory.Choice) async throws -> [Double] {
            try await store.gateHistory(of: "app", choice, preferring: "main").points.map { $0.stored.gate.metrics[0].value }
        }
        #expect(try await values(.init(job: "accuracy")) == [0.1, 0.2, 0.3])
        #expect(try await values(.init(job: "accuracy", place: 2)) == [0.1 + 0.05, 0.2 + 0.05, 0.3 + 0.05])
        #expect(try await values(.init(job: "speed")) == [100, 200, 300])
        #expect(try await values(.init(job: "size")) == [5], "it ran on another branch alone")
        let newest = try await store.gateHistory(of: "app", preferring: "main")
        #expect(newest.jobs == ["accuracy", "size", "speed"] && newest.places == [1] && newest.branches == ["main"])
        #expect(newest.chosen == .init(gate: "quality", job: "speed", place: 1, branch: "main"))
        #expect(try await store.gateHistory(of: "app", .init(branch: "other"), preferring: "main").chosen.job == "size")
        #expect(try await values(.init(job: "gone", place: 7)) == [100, 200, 300])
    }

    @Test("a history has as many runs as were asked for, however often each measured")
    func attempts() async throws {
        var jobs: [Job] = []
        for value in [0.7, 0.8, 0.9] { jobs.append(try await measured(value)) }
        for index in 1...5 { try await tell(try await rerun(jobs[2]), gates: [Self.gate(Double(index), after: 60)]) }
        let history = try await store.gateHistory(of: "app", preferring: "main", limit: 3)
        #expect(history.points.map { $0.stored.gate.metrics[0].value } == [0.7, 0.8, 5])
    }

    @Test("a history of gates with very many metrics is cut at its old end")
    func manyMetrics() async throws {
        var gate = Self.gate(0.9)
        gate.metrics = (0..<2000).map { Metric("metric \($0)", Double($0)) }
        var runs: [Int64] = []
        for _ in 0..<12 {
            let job = try await store.addRun(Example.run(status: .completed, conclusion: .success)).jobs[0]
            try await tell(job, gates: [gate])
            runs.append(job.runID)
        }
        let history = try await store.gateHistory(of: "app", .init(gate: "quality", branch: "main"), preferring: nil)
        #expect(history.points.map(\.run.id) == Array(runs.suffix(10)))
    }

    @Test("a history has the newest gate of each run of a branch, the oldest first, and says which were deployed")
    func history() async throws {
        let (first, second) = (try await measured(0.9), try await measured(0.8))
        try await tell(
            second, gates: [Self.gate(0.85, name: "other", number: 2)],
            deployments: [Example.deployment(1, of: second, status: .succeeded)])
        _ = try await measured(0.5, gate: "other")
        let history = try await store.gateHistory(of: "app", .init(gate: "quality"), preferring: "main")
        #expect(history.gates == ["other", "quality"] && history.branches == ["main"] && history.chosen.branch == "main")
        #expect(history.points.map(\.run.id) == [first.runID, second.runID])
        #expect(history.points.map { $0.stored.gate.metrics[0].value } == [0.9, 0.8])
        #expect(history.points.map(\.isDeployed) == [false, true])
        let one = try await store.gateHistory(of: "app", .init(gate: "quality", branch: "main"), preferring: nil, limit: 1)
        #expect(one.points.count == 1)
        #expect(try await store.gateHistory(of: "gone", preferring: nil).points.isEmpty)
    }
}
