import Plan
import Testing

@testable import Scheduling

/// Jobs run again while others of their run still do.
struct RepeatTests {
    /// `slow` runs, `shaky` has failed, for which `after` was skipped; `last` waits for both.
    private static func trial() throws -> MachineTrial {
        var trial = try MachineTrial(
            """
            slow:
            shaky:
            after:
              needs: shaky
            last:
              needs: [slow, after]
              if: always()
            """)
        trial.startAll()
        try trial.end("shaky", .failure)
        return trial
    }

    private func ended(_ trial: MachineTrial, _ names: String...) throws -> [Job] {
        try trial.machine.repeats(of: .only(try names.map { try trial.job($0).id }))
    }

    @Test("a failed job and what was skipped for it start anew beside the one that runs, and the run goes on to a good end")
    func again() throws {
        var trial = try Self.trial()
        #expect(trial.summary == ["slow: running", "shaky: failure", "after: skipped", "last: waiting"])
        let old = try trial.job("shaky").id
        let rows = try ended(trial, "shaky")
        #expect(rows.map(\.name) == ["shaky", "after"])
        trial.repeatJobs(rows)
        let fresh = try trial.job("shaky")
        #expect(fresh.id != old && fresh.repeatedTries == [old] && fresh.lostTries.isEmpty && fresh.attempt == 1)
        #expect(trial.summary == ["slow: running", "shaky: queued", "after: waiting", "last: waiting"])
        try trial.end("shaky", .success)
        try trial.end("after", .success)
        try trial.end("slow", .success)
        try trial.end("last", .success)
        #expect(trial.machine.run.conclusion == .success && trial.machine.run.attempt == 1)
    }

    @Test("a job that somebody had run again is tried again when it is lost, as one that nobody did")
    func lostAfterwards() throws {
        var trial = MachineTrial(MachineTrial.state(try MachineTrial.plan("slow:\nshaky:")), lostRetries: 1)
        trial.startAll()
        try trial.end("shaky", .failure)
        trial.repeatJobs(try ended(trial, "shaky"))
        let fresh = try trial.job("shaky")
        try trial.end("shaky", .lost)
        let next = try trial.job("shaky")
        #expect(next.status == .queued && next.lostTries == [fresh.id] && next.repeatedTries == fresh.repeatedTries)
    }

    @Test("the failed jobs are found, and a job alone leaves what needs it as it is")
    func selections() throws {
        let trial = try Self.trial()
        #expect(try trial.machine.repeats(of: .failed).map(\.name) == ["shaky", "after"])
        let shaky = try trial.job("shaky").id
        #expect(try trial.machine.repeats(of: .alone([shaky])).map(\.name) == ["shaky"])
    }

    @Test("what runs, what waits, all of a run, and a run that is being cancelled are refused")
    func refusals() throws {
        var trial = try Self.trial()
        for name in ["slow", "last"] {
            let error = #expect(throws: SchedulingError.self) { try ended(trial, name) }
            #expect(error?.kind == .conflict && error?.message.contains("has not ended") == true)
        }
        #expect(throws: SchedulingError.self) { try trial.machine.repeats(of: .all) }
        let error = #expect(throws: SchedulingError.self) { try trial.machine.repeats(of: .only([999])) }
        #expect(error?.kind == .notFound)
        trial.cancel()
        #expect(throws: SchedulingError.self) { try ended(trial, "shaky") }
    }

    @Test("a job is not pulled from under one that needs it and runs")
    func dependents() throws {
        var trial = try MachineTrial(
            """
            first:
            second:
              needs: first
            """)
        try trial.end("first", .success)
        trial.startAll()
        let error = #expect(throws: SchedulingError.self) { try ended(trial, "first") }
        #expect(error?.message.contains("second, which needs it, has not ended") == true)
    }

    @Test("a job that waits for a place in its group waits for its need again, and its place is free")
    func groups() throws {
        var trial = try MachineTrial(
            """
            holder:
              concurrency: deploy
            build:
            release:
              needs: build
              concurrency: deploy
            """)
        trial.startAll()
        try trial.end("build", .success)
        #expect(try trial.job("release").claims.isEmpty == false)
        trial.repeatJobs(try ended(trial, "build"))
        #expect(try trial.job("release").claims.isEmpty && trial.job("release").status == .waiting)
        try trial.end("build", .failure)
        #expect(trial.summary == ["holder: running", "build: failure", "release: skipped"])
    }

    @Test("a job whose gate asks a person about the results of before runs again, and nobody is asked any more")
    func investigated() throws {
        var trial = try MachineTrial("build:\nslow:\ngate:\n  needs: build\ndeploy:\n  needs: gate")
        try trial.end("build", .success)
        try trial.end("gate", .failure, review: GateReview(kind: .investigation, message: "f1 is low"))
        #expect(try trial.job("gate").isInvestigated)
        let rows = try ended(trial, "build")
        #expect(rows.map(\.name) == ["build", "gate"])
        let old = try trial.job("gate").id
        trial.repeatJobs(rows)
        #expect(trial.summary == ["build: queued", "slow: queued", "gate: waiting", "deploy: waiting"])
        #expect(try trial.job("gate").approval == nil && trial.job("gate").repeatedTries == [old])
        #expect(trial.machine.nextDeadline == nil)
    }

    @Test("a job is not run again alone while what needs it is on its way")
    func alone() throws {
        var trial = try MachineTrial("first:\nsecond:\n  needs: first")
        try trial.end("first", .success)
        let error = #expect(throws: SchedulingError.self) {
            try trial.machine.repeats(of: .alone([try trial.job("first").id]))
        }
        #expect(error?.message.contains("second, which needs it, has not ended") == true)
    }

    @Test("a gate that is overridden while others run counts as passed at once, and what was skipped for it runs")
    func overridden() throws {
        var trial = try Self.trial()
        let old = try trial.job("shaky").id
        let answer = JobApproval.Answer(verdict: .approved, actor: "anna", comment: "a drill", date: MachineTrial.now)
        trial.repeatJobs(try ended(trial, "shaky"), overriding: (old, answer))
        let passed = try trial.job("shaky")
        #expect(passed.id != old && passed.reusedFrom == old && passed.repeatedTries == [old])
        #expect(passed.reason == "overridden by anna: a drill")
        #expect(trial.summary == ["slow: running", "shaky: success", "after: queued", "last: waiting"])
        try trial.end("after", .success)
        try trial.end("slow", .success)
        try trial.end("last", .success)
        #expect(trial.machine.run.conclusion == .success && trial.machine.run.attempt == 1)
    }
}
