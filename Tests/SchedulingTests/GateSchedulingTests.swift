import Execution
import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Scheduling

/// Jobs that a gate stopped.
struct GateSchedulingTests {
    private static let jobs = "train:\ngate:\n  needs: train\ndeploy:\n  needs: gate\nother:"
    private static let look = GateReview(
        kind: .investigation, message: "f1 is 0.84, expected >= 0.85", approvers: ["ada"], timeout: 3600)

    private func held() throws -> MachineTrial {
        var trial = try MachineTrial(Self.jobs)
        try trial.end("train", .success)
        try trial.end("gate", .failure, outputs: ["f1": "0.84"], review: Self.look)
        return trial
    }

    @Test("a job whose gate is not sure waits without a worker, and goes on where it was approved")
    func approved() throws {
        var trial = try held()
        let job = try trial.job("gate")
        #expect(job.status == .waiting && job.isInvestigated && job.conclusion == nil)
        #expect(job.reason == "waits for a person: f1 is 0.84, expected >= 0.85 (ada, until 2026-01-02 01:00 UTC)")
        #expect(trial.startable == ["other"])
        #expect(trial.machine.run.reason == "job gate waits for a person")
        try trial.answer("gate", .approved, comment: "the new data is harder")
        #expect(trial.summary == ["train: success", "gate: success", "deploy: queued", "other: queued"])
        #expect(try trial.job("gate").outputs["f1"] == .string("0.84"))
        #expect(try trial.job("gate").reason == "approved by ada: the new data is harder")
    }

    @Test("it fails where it was rejected, and where nobody answered in time")
    func rejected() throws {
        var trial = try held()
        try trial.answer("gate", .rejected)
        #expect(trial.summary == ["train: success", "gate: failure", "deploy: skipped", "other: queued"])
        var late = try held()
        late.wait(seconds: 3601)
        #expect(try late.job("gate").conclusion == .timedOut)
        #expect(try late.job("gate").reason == "nobody said in time whether it is good enough: f1 is 0.84, expected >= 0.85")
    }

    @Test("a restart of the daemon finds it waiting, and a cancel ends it")
    func restart() throws {
        let trial = try held()
        var again = MachineTrial(trial.machine.state)
        #expect(again.startable == ["other"])
        try again.answer("gate", .approved)
        #expect(try again.job("gate").conclusion == .success)
        var cancelled = MachineTrial(trial.machine.state)
        cancelled.cancel()
        #expect(try cancelled.job("gate").conclusion == .cancelled)
    }

    private func failed() throws -> RunState {
        var trial = try MachineTrial(Self.jobs)
        try trial.end("train", .success)
        try trial.end("gate", .failure, review: GateReview(kind: .override, message: "f1 is 0.5"))
        try trial.end("other", .success)
        #expect(trial.summary == ["train: success", "gate: failure", "deploy: skipped", "other: success"])
        #expect(try trial.job("gate").isOverridable)
        #expect(trial.machine.run.conclusion == .failure)
        return trial.machine.state
    }

    @Test("a gate that failed is overridden in an attempt in which its job counts as passed, and only what needs it runs")
    func overridden() throws {
        var state = try failed()
        let answer = JobApproval.Answer(verdict: .approved, actor: "ada", comment: "a drill", date: MachineTrial.now)
        let gate = try #require(state.jobs.first { $0.key == "gate" })
        var rows = try Rerun(state: state, selection: .after(gate.id, answer)).rows(at: MachineTrial.now)
        for index in rows.indices { rows[index].id = Int64(index + 100) }
        #expect(
            rows.map { "\($0.key) \($0.conclusion?.rawValue ?? $0.status.rawValue)" } == [
                "train success", "gate success", "deploy waiting", "other success",
            ])
        #expect(rows[1].approval?.answer == answer && rows[1].reason == "overridden by ada: a drill")
        #expect(rows[1].reusedFrom == gate.id)
        (state.jobs, state.run.status, state.run.conclusion) = (rows, .queued, nil)
        let trial = MachineTrial(state)
        #expect(trial.startable == ["deploy"])
    }

    @Test("the cells of a matrix that the gate's failure stopped run again where it is overridden")
    func stoppedCells() throws {
        var trial = try MachineTrial(
            """
            gate:
              strategy:
                matrix:
                  n: [1, 2, 3]
            deploy:
              needs: gate
            """)
        try trial.end("gate (1)", .success)
        try trial.end("gate (2)", .failure, review: GateReview(kind: .override, message: "f1 is 0.5"))
        if try trial.job("gate (3)").status != .completed { try trial.end("gate (3)", .cancelled) }
        #expect(try trial.job("gate (3)").conclusion == .cancelled)
        let gate = try trial.job("gate (2)")
        let answer = JobApproval.Answer(verdict: .approved, actor: "ada", comment: "a drill", date: MachineTrial.now)
        let rows = try Rerun(state: trial.machine.state, selection: .after(gate.id, answer)).rows(at: MachineTrial.now)
        #expect(
            rows.map { "\($0.name) \($0.conclusion?.rawValue ?? $0.status.rawValue)" } == [
                "gate (1) success", "gate (2) success", "gate (3) waiting", "deploy waiting",
            ])
    }

    @Test("what did not fail by its gate alone can't be overridden")
    func notOverridable() throws {
        let state = try failed()
        let answer = JobApproval.Answer(verdict: .approved, actor: "ada", comment: "a drill", date: MachineTrial.now)
        let other = try #require(state.jobs.first { $0.key == "other" })
        #expect(throws: SchedulingError.self) {
            try Rerun(state: state, selection: .after(other.id, answer)).rows(at: MachineTrial.now)
        }
    }
}
