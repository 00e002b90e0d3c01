import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Scheduling

/// Jobs that somebody has to approve.
struct ApprovalTests {
    /// `build`, then `release`, which has to be approved, then `after`.
    static func plan(_ approval: ApprovalPlan = ApprovalPlan(), jobs: String = jobs) throws -> RunPlan {
        var plan = try MachineTrial.plan(jobs)
        for index in plan.jobs.indices where plan.jobs[index].key == "release" {
            plan.jobs[index].approval = approval
            if approval.isWholeJob { plan.jobs[index].steps = [] }
        }
        return plan
    }

    private static let jobs = "build:\nrelease:\n  needs: build\nafter:\n  needs: release"

    private static func trial(_ approval: ApprovalPlan = ApprovalPlan(), jobs: String = jobs) throws -> MachineTrial {
        MachineTrial(MachineTrial.state(try plan(approval, jobs: jobs)))
    }

    @Test("a job asks when its needs are complete, says who may answer and until when, and starts once it is approved")
    func approved() throws {
        let message = try Template(parsing: "Release ${{ needs.build.outputs.version }}?")
        var trial = try Self.trial(ApprovalPlan(message: message, link: Template(literal: "https://staging"), timeout: 3600))
        #expect(try trial.job("release").approval == nil)
        try trial.end("build", .success, outputs: ["version": "1.2"])
        let job = try trial.job("release")
        #expect(job.status == .waiting && job.awaitsApproval && trial.startable == [])
        #expect(job.approval?.message == "Release 1.2?" && job.approval?.link == "https://staging")
        #expect(job.approval?.since == MachineTrial.now)
        #expect(job.approval?.until == MachineTrial.now.addingTimeInterval(3600))
        #expect(
            job.reason == "waits for an approval by an operator, asked 2026-01-02 00:00 UTC, until 2026-01-02 01:00 UTC")
        #expect(trial.machine.run.reason == "job release waits for an approval")
        try trial.answer("release", .approved, comment: "looks good")
        #expect(trial.summary == ["build: success", "release: queued", "after: waiting"])
        #expect(try trial.job("release").approval?.answer?.comment == "looks good")
        #expect(trial.machine.run.reason == nil && trial.machine.nextDeadline == nil)
        try trial.end("release", .success)
        try trial.end("after", .success)
        #expect(trial.machine.run.conclusion == .success)
    }

    @Test("a rejected job fails with who rejected it and why, and what needs it is skipped")
    func rejected() throws {
        var trial = try Self.trial()
        try trial.end("build", .success)
        try trial.answer("release", .rejected, comment: "not on a Friday")
        #expect(trial.summary == ["build: success", "release: failure", "after: skipped"])
        #expect(try trial.job("release").reason == "rejected by ada: not on a Friday")
        #expect(trial.machine.run.conclusion == .failure)
        #expect(trial.machine.run.reason == "job release: rejected by ada: not on a Friday")
    }

    @Test("a request that nobody answers times out at its moment, not before")
    func timedOut() throws {
        var trial = try Self.trial(ApprovalPlan(timeout: 600))
        try trial.end("build", .success)
        #expect(trial.machine.nextDeadline == MachineTrial.now.addingTimeInterval(600))
        trial.wait(seconds: 599)
        #expect(try trial.job("release").awaitsApproval)
        trial.wait(seconds: 600)
        #expect(trial.summary == ["build: success", "release: timed_out", "after: skipped"])
        #expect(
            try trial.job("release").reason == "nobody approved it in time since 2026-01-02 00:00 UTC: rerun it to ask again")
        #expect(trial.machine.run.conclusion == .timedOut)
    }

    @Test("without a word in the plan a request lasts seven days")
    func defaultTimeout() throws {
        var trial = try Self.trial()
        try trial.end("build", .success)
        #expect(trial.machine.nextDeadline == MachineTrial.now.addingTimeInterval(7 * 86_400))
    }

    @Test("a job that is nothing but an approval has no worker: it succeeds with the answer, which others can use")
    func wholeJob() throws {
        var trial = try Self.trial(ApprovalPlan(isWholeJob: true))
        try trial.end("build", .success)
        #expect(trial.startable == [])
        try trial.answer("release", .approved, by: "bo", comment: "go")
        #expect(trial.summary == ["build: success", "release: success", "after: queued"])
        let job = try trial.job("release")
        #expect(job.outputs == ["approved-by": "bo", "comment": "go"] && job.startedAt == MachineTrial.now)
        let after = try trial.job("after")
        #expect(trial.machine.needs(of: after)["release"]?["outputs"]?["comment"] == "go")
    }

    @Test("each cell of a matrix asks by itself")
    func cells() throws {
        var trial = try Self.trial(
            jobs: "release:\n  strategy:\n    fail-fast: false\n    max-parallel: 1\n    matrix: {zone: [a, b]}")
        #expect(trial.machine.state.jobs.map(\.awaitsApproval) == [true, true])
        #expect(trial.machine.run.reason == "job release (a) and 1 more waits for an approval")
        try trial.answer("release (b)", .approved)
        #expect(trial.startable == ["release (b)"])
        try trial.answer("release (a)", .rejected)
        try trial.end("release (b)", .success)
        #expect(trial.summary == ["release (a): failure", "release (b): success"])
    }

    @Test("a group goes to who is approved: a request holds no place in it")
    func groups() throws {
        var trial = try Self.trial(jobs: "release:\n  concurrency: production\nother:\n  concurrency: production")
        #expect(trial.startable == ["other"])
        try trial.answer("release", .approved)
        #expect(try trial.job("release").reason?.contains("job other") == true)
        try trial.end("other", .success)
        #expect(trial.startable == ["release"])
    }

    @Test("nobody is asked about a job whose condition does not hold, or that nothing here can run")
    func notAsked() throws {
        let skipped = try Self.trial(jobs: "release:\n  if: ${{ false }}")
        #expect(skipped.summary == ["release: skipped"])
        let refused = try Self.trial(jobs: "release:\n  runs-on: windows-latest")
        #expect(refused.summary == ["release: refused"])
    }

    @Test("a cancel ends the wait, also of a job that runs always")
    func cancelled() throws {
        var trial = try Self.trial(jobs: "release:\n  if: always()")
        trial.cancel()
        #expect(trial.summary == ["release: cancelled"])
        #expect(trial.machine.run.conclusion == .cancelled && trial.machine.nextDeadline == nil)
    }

    @Test("after a restart the request is the same, and what was approved is not asked again")
    func restart() throws {
        var trial = try Self.trial(ApprovalPlan(timeout: 600))
        try trial.end("build", .success)
        let waiting = MachineTrial(trial.machine.state)
        #expect(try waiting.job("release") == trial.job("release"))
        #expect(waiting.machine.nextDeadline == trial.machine.nextDeadline)
        try trial.answer("release", .approved)
        let approved = MachineTrial(trial.machine.state)
        #expect(approved.startable == ["release"])
    }

    @Test("a rerun asks again; a job that was lost and is tried again does not")
    func reruns() throws {
        var trial = MachineTrial(MachineTrial.state(try Self.plan()), lostRetries: 1)
        try trial.end("build", .success)
        try trial.answer("release", .approved)
        try trial.end("release", .lost)
        #expect(trial.startable == ["release"])
        try trial.end("release", .failure)
        let rows = try Rerun(state: trial.machine.state, selection: .failed).rows(at: MachineTrial.now)
        #expect(rows.map(\.key) == ["build", "release", "after"])
        #expect(rows.map { $0.approval == nil } == [true, true, true])
    }

    @Test("a message that can't be evaluated fails the job with the reason")
    func brokenMessage() throws {
        let trial = try Self.trial(
            ApprovalPlan(message: try Template(parsing: "${{ fromJSON('{') }}")), jobs: "release:")
        #expect(try trial.job("release").reason?.hasPrefix("can't evaluate what is to be approved") == true)
    }
}
