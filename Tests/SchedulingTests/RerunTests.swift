import Plan
import Store
import Testing

@testable import Scheduling

struct RerunTests {
    /// A completed run: `build` succeeded, of `test`'s cells the second failed, `deploy` was skipped for it, `lint` failed.
    private static func state() throws -> RunState {
        var trial = try MachineTrial(
            """
            build:
            test:
              needs: build
              strategy:
                fail-fast: false
                matrix:
                  n: [1, 2]
            deploy:
              needs: test
            lint:
            docs:
            """)
        for (name, conclusion) in [
            ("build", Conclusion.success), ("lint", .failure), ("docs", .success), ("test (1)", .success), ("test (2)", .lost),
        ] { try trial.end(name, conclusion) }
        return trial.machine.state
    }

    struct Selection: Sendable {
        var selection: [String]?
        var failed = false
        var fresh: [String]
    }

    @Test(
        "what was asked for runs again with all that needs it; the rest is taken over",
        arguments: [
            Selection(fresh: ["build", "test", "deploy", "lint", "docs"]),
            Selection(failed: true, fresh: ["test (2)", "deploy", "lint"]),
            Selection(selection: ["lint"], fresh: ["lint"]), Selection(selection: ["test (1)"], fresh: ["test (1)", "deploy"]),
            Selection(selection: ["test (1)", "test (2)"], fresh: ["test", "deploy"]),
            Selection(selection: ["build"], fresh: ["build", "test", "deploy"]),
        ])
    func selections(_ wish: Selection) throws {
        let state = try Self.state()
        let ids = wish.selection?.compactMap { name in state.jobs.first { $0.name == name }?.id }
        let selection = wish.failed ? RerunSelection.failed : ids.map { .only($0) } ?? .all
        let jobs = try Rerun(state: state, selection: selection).rows(at: MachineTrial.now)
        #expect(Set(jobs.filter { $0.reusedFrom == nil }.map(\.name)) == Set(wish.fresh))
        for job in jobs {
            #expect(job.attempt == 2)
            guard let origin = job.reusedFrom else {
                #expect(job.status == .waiting && job.conclusion == nil)
                continue
            }
            let old = try #require(state.jobs.first { $0.id == origin })
            #expect(job.conclusion == old.conclusion && job.name == old.name && job.outputs == old.outputs)
        }
    }

    @Test("a job alone runs again, and what needs it keeps its result")
    func alone() throws {
        let state = try Self.state()
        let build = try #require(state.jobs.first { $0.name == "build" })
        let jobs = try Rerun(state: state, selection: .alone([build.id])).rows(at: MachineTrial.now)
        #expect(jobs.filter { $0.reusedFrom == nil }.map(\.name) == ["build"])
    }

    @Test("a job that was taken over twice still names the one that ran")
    func reusedTwice() throws {
        var state = try Self.state()
        state.jobs[0].reusedFrom = 77
        let jobs = try Rerun(state: state, selection: .failed).rows(at: MachineTrial.now)
        #expect(jobs.first { $0.key == "build" }?.reusedFrom == 77)
    }

    @Test("a job that is not of the newest attempt, and a run without failures, are refused")
    func refusals() throws {
        var state = try Self.state()
        #expect(throws: SchedulingError.self) { try Rerun(state: state, selection: .only([999])).rows(at: MachineTrial.now) }
        for index in state.jobs.indices { state.jobs[index].conclusion = .success }
        let error = #expect(throws: SchedulingError.self) {
            try Rerun(state: state, selection: .failed).rows(at: MachineTrial.now)
        }
        #expect(error?.kind == .conflict)
    }

    @Test("one cell runs again beside its old siblings, a whole matrix is expanded anew")
    func cells() throws {
        let state = try Self.state()
        var jobs = try Rerun(state: state, selection: .failed).rows(at: MachineTrial.now)
        for index in jobs.indices { jobs[index].id = Int64(100 + index) }
        var next = state
        next.run.attempt = 2
        next.run.status = .queued
        next.run.conclusion = nil
        next.jobs = jobs
        var trial = MachineTrial(next)
        #expect(Set(trial.startable) == ["test (2)", "lint"])
        try trial.end("test (2)", .success)
        try trial.end("lint", .success)
        try trial.end("deploy", .success)
        #expect(trial.machine.run.conclusion == .success)
    }
}
