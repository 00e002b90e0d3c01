import Execution
import Plan
import Testing

/// Which steps run, and what they are counted as.
struct StepOutcomeTests {
    @Test("a job whose steps succeed succeeds, and each step's part of the log is its own", arguments: Place.all)
    func success(_ place: Place) throws {
        let report = try JobTrial.report(
            """
            - run: echo one
            - name: Second
              run: |
                echo two
                echo three >&2
            """, on: place)
        #expect(report.finish.conclusion == .success)
        #expect(report.steps.map(\.name) == ["Run echo one", "Second"])
        #expect(report.output(0) == ["one"])
        #expect(report.output(1) == ["two", "three"])
        #expect(report.finish.logSize == Int64(report.log.utf8.count))
    }

    @Test("after a failure only the steps that ask for it run", arguments: Place.all)
    func failure(_ place: Place) throws {
        let report = try JobTrial.report(
            """
            - run: exit 7
            - run: echo default
            - run: echo success
              if: success()
            - run: echo failure
              if: failure()
            - run: echo always
              if: always()
            - run: echo cancelled
              if: cancelled()
            - run: echo both
              if: ${{ !cancelled() && job.status == 'failure' }}
            """, on: place)
        #expect(report.conclusions == [.failure, .skipped, .skipped, .success, .success, .skipped, .success])
        #expect(report.steps[0].exitCode == 7)
        #expect(report.finish.conclusion == .failure)
        #expect(report.finish.reason == "step 2 (Run exit 7): exit code 7")
        #expect(report.annotations.map(\.message) == ["exit code 7"])
    }

    @Test("a step is skipped for a failure before it, or by its own condition where that would not hold without one either")
    func skipCauses() throws {
        let report = try JobTrial.report(
            """
            - run: echo early
              if: github.ref == 'nowhere'
            - id: gate
              run: exit 7
            - run: echo default
            - run: echo success
              if: success()
            - run: echo elsewhere
              if: github.ref == 'nowhere'
            - run: echo cancelled
              if: cancelled()
            - run: echo gate
              if: always() && steps.gate.outcome == 'success'
            - run: echo failure
              if: failure()
            """, on: .none)
        #expect(
            report.steps.map(\.skipCause) == [.condition, nil, .failure, .failure, .condition, .condition, .failure, nil])
    }

    @Test("a tolerated failure is an outcome, not a conclusion, and later steps see both")
    func continueOnError() throws {
        let report = try JobTrial.report(
            """
            - id: flaky
              run: exit 1
              continue-on-error: true
            - run: echo "${{ steps.flaky.outcome }} ${{ steps.flaky.conclusion }} ${{ steps.later.outcome == null }}"
            - id: later
              if: steps.flaky.outcome == 'success'
              run: echo no
            - run: echo "${{ steps.later.outcome }} ${{ steps.later.conclusion }} [${{ steps.later.outputs.x }}]"
            - run: exit 1
              continue-on-error: false
            """)
        #expect(report.steps[0].outcome == .failure)
        #expect(report.conclusions == [.success, .success, .skipped, .success, .failure])
        #expect(report.output(1) == ["failure success true"])
        #expect(report.output(3) == ["skipped skipped []"])
        #expect(report.finish.conclusion == .failure)
    }

    @Test("a job may tolerate its own failure")
    func jobContinuesOnError() throws {
        #expect(try JobTrial.report("- run: exit 1", keys: "continue-on-error: true").finish.continuesOnError)
        #expect(try !JobTrial.report("- run: exit 1", keys: "continue-on-error: false").finish.continuesOnError)
    }

    @Test("a signal is told apart from an exit code", arguments: Place.all)
    func signal(_ place: Place) throws {
        let report = try JobTrial.report(
            """
            - run: kill -SEGV $$
              continue-on-error: true
            - run: exit 139
            """, on: place)
        #expect(report.steps[0].exitCode == 139)
        #expect(report.steps[0].reason == "ended by SIGSEGV")
        #expect(report.steps[1].exitCode == 139)
        #expect(report.steps[1].reason == "exit code 139")
    }

    @Test("a mistake in an expression fails its step and says where")
    func evaluationErrors() throws {
        let report = try JobTrial.report(
            """
            - run: echo "${{ fromJSON('{') }}"
              continue-on-error: true
            - if: fromJSON('{')
              run: echo no
            - if: always()
              env:
                A: ${{ fromJSON('{') }}
              run: echo no
            """)
        #expect(report.conclusions == [.success, .failure, .failure])
        #expect(report.steps[0].outcome == .failure)
        for (step, key) in zip(report.steps, ["run", "the step's if", "env.A"]) {
            #expect(step.reason?.hasPrefix("can't evaluate \(key) (") == true)
            #expect(step.log.contains { $0.hasPrefix("##[error]can't evaluate") })
        }
    }

    @Test("without its own environment a job runs no step")
    func jobEnvironmentFails() throws {
        let report = try JobTrial.report(
            "- run: echo no\n- run: echo no\n  if: always()", keys: "env:\n  A: ${{ fromJSON('{') }}")
        #expect(report.setUp.conclusion == .failure)
        #expect(report.conclusions == [.skipped, .skipped])
        #expect(report.finish.conclusion == .failure)
        #expect(report.finish.reason?.hasPrefix("can't evaluate the job's env.A") == true)
    }

    @Test("a built-in action gets its inputs evaluated, and its outputs and failure are a step's")
    func action() throws {
        let report = try JobTrial.report(
            """
            - id: mirror
              uses: slipway/mirror@v1
              env:
                PLACE: here
              with:
                Text: ${{ github.sha }}
            - run: echo "${{ steps.mirror.outputs.text }}"
            - uses: slipway/mirror@v1
              with:
                fail: no reason
            """)
        #expect(report.output(0) == ["in here"])
        #expect(report.output(1) == ["c0ffee"])
        #expect(report.steps[2].reason == "no reason")
        #expect(report.annotations.map(\.message) == ["mirrored", "no reason"])
        #expect(report.annotations.map(\.step) == [2, 4])
    }
}
