import Expressions
import Plan
import Store
import Testing

@testable import Scheduling

/// Which jobs run, in what order, and what the run is in the end.
struct RunMachineTests {
    @Test("a job waits for what it needs, and says so")
    func needs() throws {
        var trial = try MachineTrial("a:\nb:\n  needs: a\nc:\n  needs: [a, b]\nd:")
        #expect(trial.summary == ["a: queued", "b: waiting", "c: waiting", "d: queued"])
        #expect(try trial.job("c").reason == "needs a, b")
        try trial.end("a", .success)
        #expect(trial.summary == ["a: success", "b: queued", "c: waiting", "d: queued"])
        #expect(try trial.job("c").reason == "needs b")
        try trial.end("b", .success)
        try trial.end("d", .success)
        try trial.end("c", .success)
        #expect(trial.machine.run.conclusion == .success)
        #expect(trial.machine.run.reason == nil)
        #expect(trial.machine.run.finishedAt == MachineTrial.now)
    }

    @Test("after a failure what needs it is skipped, however far down, and what asks for failures runs")
    func failures() throws {
        var trial = try MachineTrial(
            """
            a:
            b:
              needs: a
            c:
              needs: b
            report:
              needs: c
              if: failure()
            always:
              needs: c
              if: always()
            never:
              needs: c
              if: cancelled()
            other:
            """)
        try trial.end("a", .failure)
        #expect(
            trial.summary == [
                "a: failure", "b: skipped", "c: skipped", "report: queued", "always: queued", "never: skipped", "other: queued",
            ])
        #expect(try trial.job("b").reason == "it needs a, which ended as failure")
        for name in ["report", "always", "other"] { try trial.end(name, .success) }
        #expect(trial.machine.run.conclusion == .failure)
        #expect(trial.machine.run.reason == "job a: reason of a")
    }

    @Test("a skipped job skips what needs it, even behind a job that ran all the same")
    func skips() throws {
        var trial = try MachineTrial(
            """
            a:
              if: ${{ false }}
            b:
              needs: a
            c:
              needs: a
              if: always()
            d:
              needs: c
            e:
              needs: [a, c]
              if: ${{ !failure() && needs.c.result == 'success' && needs.a.result == 'skipped' }}
            """)
        #expect(trial.summary == ["a: skipped", "b: skipped", "c: queued", "d: waiting", "e: waiting"])
        try trial.end("c", .success)
        #expect(trial.summary == ["a: skipped", "b: skipped", "c: success", "d: skipped", "e: queued"])
    }

    @Test("a run of skipped jobs only is skipped")
    func allSkipped() throws {
        let trial = try MachineTrial("a:\n  if: ${{ false }}\nb:\n  needs: a")
        #expect(trial.machine.run.conclusion == .skipped)
        #expect(trial.machine.run.reason == "no job's condition holds")
    }

    @Test("outputs reach the jobs that need them, in conditions and contexts")
    func outputs() throws {
        var trial = try MachineTrial(
            """
            a:
            b:
              needs: a
              if: needs.a.outputs.Deploy == 'yes'
            c:
              needs: a
              if: needs.a.outputs.deploy == 'no'
            """)
        try trial.end("a", .success, outputs: ["deploy": "yes"])
        #expect(trial.summary == ["a: success", "b: queued", "c: skipped"])
        let job = try trial.job("b")
        #expect(trial.machine.needs(of: job)["a"] == ["result": "success", "outputs": ["deploy": "yes"]])
    }

    @Test("a tolerated failure counts as success for what needs it and for the run")
    func toleratedFailure() throws {
        var trial = try MachineTrial("a:\nb:\n  needs: a\n  if: success() && needs.a.result == 'success'")
        try trial.end("a", .failure, continues: true)
        #expect(trial.summary == ["a: failure", "b: queued"])
        try trial.end("b", .success)
        #expect(trial.machine.run.conclusion == .success)
    }

    @Test("a condition that can't be evaluated fails its job with the reason")
    func brokenCondition() throws {
        let trial = try MachineTrial("a:\n  if: fromJSON('{')")
        #expect(trial.summary == ["a: failure"])
        #expect(try trial.job("a").reason?.hasPrefix("can't evaluate the job's if (") == true)
    }

    @Test(
        "labels of other systems are refused with the label; the rest is taken",
        arguments: [
            ("ubuntu-latest", nil), ("[self-hosted, linux]", nil), ("{group: big, labels: [x]}", nil),
            ("windows-latest", "windows-latest"),
            ("[self-hosted, macOS]", "macOS"), ("${{ inputs.os }}", "windows-2022"), ("${{ fromJSON(inputs.list) }}", "macos-14"),
        ] as [(String, String?)])
    func labels(runsOn: String, refused: String?) throws {
        let trial = try MachineTrial(
            "a:\n  runs-on: \(runsOn)", inputs: ["os": "windows-2022", "list": #"["macos-14"]"#])
        if let refused {
            #expect(trial.machine.state.jobs[0].conclusion == .refused)
            #expect(trial.machine.state.jobs[0].reason?.contains("\"\(refused)\"") == true)
            #expect(trial.machine.run.conclusion == .refused)
        } else {
            #expect(trial.machine.state.jobs[0].status == .queued)
        }
    }

    @Test(
        "the worst of the jobs' conclusions is the run's",
        arguments: [
            ([.success], .success), ([.success, .skipped], .success), ([.success, .failure, .lost], .failure),
            ([.lost, .timedOut], .lost), ([.timedOut, .cancelled], .timedOut), ([.cancelled, .success], .cancelled),
        ] as [([Conclusion], Conclusion)])
    func conclusions(jobs: [Conclusion], run: Conclusion) throws {
        let text = jobs.enumerated().map { $1 == .skipped ? "j\($0):\n  if: ${{ false }}" : "j\($0):" }.joined(separator: "\n")
        var trial = try MachineTrial(text)
        for (index, conclusion) in jobs.enumerated() where conclusion != .skipped { try trial.end("j\(index)", conclusion) }
        #expect(trial.machine.run.status == .completed)
        #expect(trial.machine.run.conclusion == run)
    }
}
