import Expressions
import Foundation
import GRDB
import Plan
import Testing

@testable import Store

@Suite struct SchedulingTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    @Test("runs that are not completed are what a restart goes on with, in their order")
    func unfinished() async throws {
        let first = try await store.addRun()
        var second = try await store.addRun()
        let third = try await store.addRun(Example.run(repository: "other"))
        second.run.status = .completed
        second.run.conclusion = .success
        _ = try await store.apply([.updateRun(second.run)])
        #expect(try await folder.open().unfinishedRuns() == [first, third])
    }

    @Test("a job comes back as it was stored, down to the order of its matrix and the last digit of its times")
    func wholeJob() async throws {
        let run = try await store.addRun(jobs: []).run.id
        var job = Example.job("build/test", run: run, cell: 1, of: 2)
        job.callerID = 7
        job.position = 3
        job.matrix = ExpressionObject([("zeta", "1"), ("alpha", .array([.number(2), .null])), ("os", "linux")])
        job.reusedFrom = 3
        job = try #require(try await store.apply([.insertJobs([job])]).first)
        #expect(try await store.job(job.id) == job)
        job.name = "build (é, \"2\")"
        job.status = .completed
        job.conclusion = .timedOut
        job.reason = "took longer than 5 minutes"
        job.startedAt = Date()
        job.finishedAt = Date(timeIntervalSince1970: 1_767_312_000.123_456_7)
        job.outputs = ExpressionObject([("b", "2"), ("a", "1")])
        job.continuesOnError = true
        job.cancelRequested = true
        job.callInputs = ExpressionObject([("b", true), ("a", 1.5)])
        job.claims = [ConcurrencyClaim(group: "Deploy", cancelsInProgress: true, queue: .max, since: Date(), isHeld: true)]
        _ = try await store.apply([.updateJob(job)])
        let stored = try #require(try await store.job(job.id))
        #expect(stored == job)
        #expect(stored.matrix?.keys == ["zeta", "alpha", "os"])
    }

    @Test("inserted jobs get ids in the order given, and an id never comes again")
    func identifiers() async throws {
        let state = try await store.addRun(jobs: [Example.job("test")])
        let cells = (0..<3).map { Example.job("test", run: state.run.id, cell: $0, of: 3) }
        let inserted = try await store.apply([.removeJob(state.jobs[0].id), .insertJobs(cells)])
        #expect(inserted.map(\.id) == [2, 3, 4])
        #expect(inserted.map(\.cellIndex) == [0, 1, 2])
        #expect(try await store.jobs(ofRun: state.run.id) == inserted)
        _ = try await store.apply([.removeJob(4)])
        #expect(try await store.apply([.insertJobs([cells[2]])]).map(\.id) == [5])
    }

    @Test("of several changes all are carried out or none")
    func atomic() async throws {
        let state = try await store.addRun()
        var run = state.run
        run.status = .running
        let error = await #expect(throws: StoreError.self) {
            try await store.apply([.updateRun(run), .insertJobs([Example.job("late", run: run.id)]), .removeJob(99)])
        }
        #expect(error?.kind == .notFound)
        #expect(error?.cause == "job 99 does not exist")
        #expect(try await store.runState(run.id) == state)
    }

    @Test("a rerun leaves the earlier attempts as they were")
    func attempts() async throws {
        let jobs = [Example.job("build"), Example.job("test", cell: 0, of: 2), Example.job("test", cell: 1, of: 2)]
        let state = try await store.addRun(jobs: jobs)
        var reused = Example.job("build", run: state.run.id, attempt: 2)
        reused.reusedFrom = state.jobs[0].id
        let again = (0...1).map { Example.job("test", run: state.run.id, attempt: 2, cell: $0, of: 2) }
        let second = try await store.apply([.insertJobs([reused] + again)])
        #expect(try await store.jobs(ofRun: state.run.id) == second)
        #expect(try await store.jobs(ofRun: state.run.id, attempt: 1) == state.jobs)
        #expect(try await store.allAttempts(ofRun: state.run.id) == state.jobs + second)
        #expect(try await store.runState(state.run.id)?.jobs == second)
    }

    @Test("what was lost, and what somebody had run again, is no job of the attempt any more, and is there all the same")
    func replaced() async throws {
        let state = try await store.addRun(jobs: [Example.job("build"), Example.job("test")])
        var (build, test) = (Example.job("build", run: state.run.id), Example.job("test", run: state.run.id))
        build.lostTries = [state.jobs[0].id]
        test.repeatedTries = [state.jobs[1].id]
        let fresh = try await store.apply([.insertJobs([build, test])])
        #expect(fresh.map(\.lostTries.count) == [1, 0] && fresh.map(\.repeatedTries.count) == [0, 1])
        #expect(try await store.jobs(ofRun: state.run.id) == fresh)
        #expect(try await store.job(fresh[1].id)?.repeatedTries == [state.jobs[1].id])
        #expect(try await store.job(state.jobs[1].id) != nil)
    }

    @Test("a matrix that a rerun expands anew replaces the cells of the old one")
    func newMatrix() async throws {
        let state = try await store.addRun(jobs: (0..<3).map { Example.job("test", cell: $0, of: 3) })
        let smaller = (0..<2).map { Example.job("test", run: state.run.id, attempt: 2, cell: $0, of: 2) }
        let second = try await store.apply([.insertJobs(smaller)])
        #expect(try await store.jobs(ofRun: state.run.id) == second)
    }

    @Test("cells stand where their matrix stands, and the jobs of a called workflow after the one that calls it")
    func order() async throws {
        func job(_ key: String, _ position: Int, cell: Int = 0, id: Int64 = 0, caller: Int64? = nil) -> Job {
            var job = Example.job(key, cell: cell, of: 2)
            (job.position, job.id, job.callerID) = (position, id, caller)
            return job
        }
        let state = try await store.addRun(jobs: [job("a", 0), job("b", 1), job("c", 4)])
        func placed(_ job: Job) -> Job {
            var job = job
            job.runID = state.run.id
            return job
        }
        let calls = [job("b", 1, cell: 0, id: -1), job("b", 1, cell: 1, id: -2)]
        let called = [
            job("b/y", 3, caller: -1), job("b/x", 2, caller: -1), job("b/y", 3, caller: -2), job("b/x", 2, caller: -2),
        ]
        let inserted = try await store.apply([
            .removeJob(state.jobs[1].id), .insertJobs((calls + called).map(placed)),
        ])
        #expect(inserted[2].callerID == inserted[0].id && inserted[4].callerID == inserted[1].id)
        let jobs = try await store.jobs(ofRun: state.run.id)
        #expect(jobs.map(\.key) == ["a", "b", "b/x", "b/y", "b", "b/x", "b/y", "c"])
        #expect(jobs.map(\.cellIndex) == [0, 0, 0, 0, 1, 0, 0, 0])
    }

    @Test("a job that is called by none of those that come with it is refused")
    func strayCall() async throws {
        let run = try await store.addRun().run.id
        var job = Example.job("b/x", run: run)
        job.callerID = -1
        let error = await #expect(throws: StoreError.self) { try await store.apply([.insertJobs([job])]) }
        #expect(error?.kind == .notFound)
    }

    @Test("runs that follow the same plan share it, and it goes with the last of them")
    func sharedPlan() async throws {
        let runs = [try await store.addRun(), try await store.addRun()]
        func plans() async throws -> Int {
            try await store.read("count") { try Int.fetchOne($0, sql: "SELECT count(*) FROM plans") ?? 0 }
        }
        #expect(try await plans() == 1)
        for state in runs {
            var run = state.run
            run.status = .completed
            _ = try await store.apply([.updateRun(run)])
        }
        let policy = RetentionPolicy(days: 0, newestRuns: 0)
        _ = try await store.prune(keeping: policy, now: Example.date.addingTimeInterval(1), limit: 1)
        #expect(try await plans() == 1)
        _ = try await store.prune(keeping: policy, now: Example.date.addingTimeInterval(1), limit: 1)
        #expect(try await plans() == 0)
    }

    @Test("a reader sees the last committed state while a write is under way")
    func readsBesideWrites() async throws {
        let state = try await store.addRun()
        let (isWriting, writing) = AsyncStream.makeStream(of: Void.self)
        let mayEnd = DispatchSemaphore(value: 0)
        async let written: Void = store.write("hold the writer") { database, _ in
            try database.execute(sql: "UPDATE runs SET title = 'changed'")
            writing.yield()
            mayEnd.wait()
        }
        for await _ in isWriting { break }
        #expect(try await store.run(state.run.id)?.title == "A change")
        #expect(try await store.runs().runs.count == 1)
        mayEnd.signal()
        try await written
        #expect(try await store.run(state.run.id)?.title == "changed")
    }

    @Test("a write is carried out though the task that asked for it was cancelled")
    func cancelledWriter() async throws {
        let store = store
        let task = Task { () -> Int64 in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.addRun().run.id
        }
        let id = try await task.value
        #expect(try await store.run(id) != nil)
    }
}
