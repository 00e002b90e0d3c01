import Plan
import Testing

@testable import Scheduling

struct RunCancelTests {
    private static let jobs = """
        build:
        test:
          needs: build
        clean:
          needs: [build, test]
          if: always()
        notify:
          needs: build
          if: cancelled()
        report:
          needs: build
          if: failure()
        queued:
        """

    @Test("a cancel ends what waits, stops what runs, and lets what asks for it run after")
    func cancel() throws {
        var trial = try MachineTrial(Self.jobs)
        _ = trial.machine.started(try trial.job("build").id, at: MachineTrial.now)
        trial.cancel("cancelled by ada")
        #expect(trial.cancellations.map(\.job) == ["build"])
        #expect(
            trial.summary == [
                "build: running", "test: cancelled", "clean: waiting", "notify: waiting", "report: waiting", "queued: cancelled",
            ])
        #expect(try trial.job("build").cancelRequested)
        try trial.end("build", .cancelled)
        #expect(
            trial.summary == [
                "build: cancelled", "test: cancelled", "clean: queued", "notify: queued", "report: cancelled",
                "queued: cancelled",
            ])
        try trial.end("clean", .success)
        try trial.end("notify", .success)
        #expect(trial.machine.run.conclusion == .cancelled)
        #expect(trial.machine.run.reason == "cancelled by ada")
    }

    @Test("a second cancel is passed on as a repeated one, and the first reason stays")
    func secondCancel() throws {
        var trial = try MachineTrial(Self.jobs)
        _ = trial.machine.started(try trial.job("build").id, at: MachineTrial.now)
        trial.cancel("first")
        trial.cancel("second")
        #expect(trial.cancellations.map(\.isRepeated) == [false, true])
        #expect(trial.machine.run.cancelReason == "first")
    }

    @Test("a cancel is known after a restart")
    func restart() throws {
        var trial = try MachineTrial(Self.jobs)
        _ = trial.machine.started(try trial.job("build").id, at: MachineTrial.now)
        trial.cancel("cancelled by ada")
        var restarted = MachineTrial(trial.machine.state)
        try restarted.end("build", .cancelled)
        #expect(restarted.startable == ["clean", "notify"])
        try restarted.end("clean", .success)
        try restarted.end("notify", .success)
        #expect(restarted.machine.run.conclusion == .cancelled)
        #expect(restarted.machine.run.reason == "cancelled by ada")
    }

    @Test("a run whose jobs ended well in spite of a cancel has succeeded")
    func tooLate() throws {
        var trial = try MachineTrial("build:")
        trial.startAll()
        trial.cancel()
        try trial.end("build", .success)
        #expect(trial.machine.run.conclusion == .success)
    }
}
