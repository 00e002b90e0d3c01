import Execution
import Plan
import Testing

/// Cancels and time limits.
struct JobStopTests {
    @Test("a step that takes too long is stopped and has failed", arguments: Place.all)
    func stepTimeout(_ place: Place) throws {
        let report = try JobTrial.report(
            """
            - id: slow
              run: echo begun; sleep 600
              timeout-minutes: 0.01
              continue-on-error: true
            - run: echo "${{ steps.slow.outcome }}"
            """, on: place)
        #expect(report.steps[0].outcome == .failure)
        #expect(report.steps[0].reason == "took longer than 0.01 minutes")
        #expect(report.steps[0].exitCode == nil)
        #expect(report.output(1) == ["failure"])
        #expect(report.finish.conclusion == .success)
    }

    @Test("a job whose time is over ends as timed out, after the steps that always run", arguments: Place.all)
    func jobTimeout(_ place: Place) throws {
        let report = try JobTrial.report(
            """
            - run: sleep 600
            - run: echo no
            - run: echo "${{ job.status }}"
              if: always()
            """, keys: "timeout-minutes: 0.02", on: place)
        #expect(report.conclusions == [.cancelled, .skipped, .success])
        #expect(report.output(2) == ["cancelled"])
        #expect(report.finish.conclusion == .timedOut)
        #expect(report.finish.reason == "the job took longer than its limit")
    }

    @Test("a time limit that is no number above 0 fails the step")
    func wrongTimeout() throws {
        let report = try JobTrial.report("- run: echo no\n  timeout-minutes: ${{ fromJSON('-1') }}")
        #expect(report.conclusions == [.failure])
        #expect(report.steps[0].reason == "timeout-minutes must be a number above 0, found \"-1\"")
    }

    @Test("a cancel stops the running step; what always runs, runs", arguments: Place.all)
    func cancel(_ place: Place) throws {
        let trial = try JobTrial(
            """
            - run: echo "ready"; sleep 600
            - run: echo no
            - run: echo no
              if: failure()
            - run: echo "always ${{ job.status }}"
              if: always()
            - run: echo cancelled
              if: cancelled()
            """, on: place)
        try trial.start()
        try trial.awaitLog(" ready\n")
        trial.cancel("stopped by ada")
        let report = try trial.report()
        #expect(report.conclusions == [.cancelled, .skipped, .skipped, .success, .success])
        #expect(report.output(3) == ["always cancelled"])
        #expect(report.finish.conclusion == .cancelled)
        #expect(report.finish.reason == "stopped by ada")
    }

    @Test("a cancelled step may clean up before it goes")
    func gracefulEnd() throws {
        let trial = try JobTrial("- run: |\n    trap 'echo cleaned up; exit 0' TERM\n    echo ready\n    sleep 600 & wait")
        try trial.start()
        try trial.awaitLog(" ready\n")
        trial.cancel("enough")
        let report = try trial.report()
        #expect(report.output(0).contains("cleaned up"))
        #expect(report.conclusions == [.cancelled])
    }

    @Test("a second cancel stops what always runs, too", arguments: Place.all)
    func secondCancel(_ place: Place) throws {
        let trial = try JobTrial(
            """
            - run: echo "ready"; sleep 600
            - run: echo "tidying"; sleep 600
              if: always()
            - run: echo no
              if: always()
            """, on: place)
        try trial.start()
        try trial.awaitLog(" ready\n")
        trial.cancel("stopped by ada")
        try trial.awaitLog(" tidying\n")
        trial.cancel("again by ada")
        let report = try trial.report()
        #expect(report.conclusions == [.cancelled, .cancelled, .skipped])
        #expect(report.finish.reason == "stopped by ada")
    }
}
