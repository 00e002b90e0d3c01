import Execution
import Plan
import Testing

/// Steps that run beside each other.
struct BackgroundStepTests {
    @Test("a step in the background runs beside the others; what it hands out comes with the wait", arguments: Place.all)
    func background(_ place: Place) throws {
        let report = try JobTrial.report(
            """
            - id: server
              background: true
              run: |
                echo started
                until [ -e "$RUNNER_TEMP/stop" ]; do sleep 0.01; done
                echo "answer=42" >> "$GITHUB_OUTPUT"
                echo "COLOR=red" >> "$GITHUB_ENV"
                echo stopped
            - run: |
                echo "before [${{ steps.server.outputs.answer }}] [${{ steps.server.outcome }}] [$COLOR]"
                touch "$RUNNER_TEMP/stop"
            - name: Join
              wait: server
            - run: echo "after [${{ steps.server.outputs.answer }}] [${{ steps.server.outcome }}] [$COLOR]"
            """, on: place)
        #expect(report.finish.conclusion == .success, "\\(report.log)")
        #expect(report.output(0) == ["started", "stopped"])
        #expect(report.output(1) == ["before [] [] []"])
        #expect(report.steps[2].log == ["Waiting for: Run echo started"])
        #expect(report.output(3) == ["after [42] [success] [red]"])
    }

    @Test("each step's part of the log is its own and whole, however they write")
    func logs() throws {
        let report = try JobTrial.report(
            """
            - parallel:
                - run: for i in $(seq 500); do echo "a $i"; done
                - run: for i in $(seq 500); do echo "b $i"; done
                - run: for i in $(seq 500); do echo "c $i"; done
            - run: echo end
            """)
        for (index, letter) in ["a", "b", "c"].enumerated() {
            #expect(report.output(index) == (1...500).map { "\(letter) \($0)" })
        }
        #expect(report.steps[3].name == "Wait for parallel steps")
        #expect(report.output(4) == ["end"])
        #expect(report.finish.logSize == Int64(report.log.utf8.count))
    }

    @Test("the log of the step that is waited for is live")
    func liveLog() throws {
        let trial = try JobTrial(
            """
            - id: slow
              background: true
              run: |
                echo "well begun"
                until [ -e "$RUNNER_TEMP/stop" ]; do sleep 0.01; done
            - wait-all:
            """)
        try trial.start()
        try trial.awaitLog(" well begun\n")
        try Folder.write("", to: "\(trial.assignment.workspace)/temp/stop")
        #expect(try trial.report().conclusions == [.success, .success])
    }

    @Test("a failure in the background fails the wait, and the job at the latest at its end")
    func failure() throws {
        let report = try JobTrial.report(
            """
            - {id: bad, background: true, run: exit 3}
            - wait: [bad]
            - run: echo "${{ steps.bad.conclusion }} ${{ job.status }}"
              if: failure()
            """)
        #expect(report.conclusions == [.failure, .failure, .success])
        #expect(report.steps[1].reason == "step 2 (Run exit 3): exit code 3")
        #expect(report.output(2) == ["failure failure"])
        let unwaited = try JobTrial.report("- {background: true, run: exit 3}\n- run: echo on")
        #expect(unwaited.conclusions == [.failure, .success])
        #expect(unwaited.finish.conclusion == .failure)
        #expect(unwaited.finish.reason == "step 2 (Run exit 3): exit code 3")
        let tolerated = try JobTrial.report(
            "- {id: bad, background: true, run: exit 3, continue-on-error: true}\n- wait: bad\n- run: echo ${{ steps.bad.outcome }}"
        )
        #expect(tolerated.conclusions == [.success, .success, .success])
        #expect(tolerated.output(2) == ["failure"])
    }

    @Test("cancel stops the step alone, with a chance to clean up, and is no failure", arguments: Place.all)
    func cancelStep(_ place: Place) throws {
        let report = try JobTrial.report(
            """
            - id: monitor
              background: true
              run: |
                trap 'echo tidied; exit 0' TERM
                echo up; touch "$RUNNER_TEMP/up"
                while true; do sleep 0.01; done
            - id: other
              background: true
              run: until [ -e "$RUNNER_TEMP/stop" ]; do sleep 0.01; done; echo unharmed
            - run: until [ -e "$RUNNER_TEMP/up" ]; do sleep 0.01; done
            - cancel: monitor
            - run: echo "${{ steps.monitor.outcome }} ${{ job.status }}"; touch "$RUNNER_TEMP/stop"
            """, on: place)
        #expect(report.finish.conclusion == .success, "\\(report.log)")
        #expect(report.conclusions == [.cancelled, .success, .success, .success, .success])
        #expect(report.output(0).contains("tidied"))
        #expect(report.output(1) == ["unharmed"])
        #expect(report.output(4) == ["cancelled success"])
    }

    @Test("a cancelled job stops what runs in the background")
    func cancelJob() throws {
        let trial = try JobTrial(
            """
            - {background: true, run: sleep 600}
            - run: echo "ready"; sleep 600
            - run: echo "always ${{ job.status }}"
              if: always()
            """)
        try trial.start()
        try trial.awaitLog(" ready\n")
        trial.cancel("enough")
        let report = try trial.report()
        #expect(report.conclusions == [.cancelled, .cancelled, .success])
        #expect(report.finish.conclusion == .cancelled)
    }

    @Test("more than ten wait for a place")
    func slots() throws {
        let members = (1...14).map {
            "      - run: mkdir $RUNNER_TEMP/r$$; set -- $RUNNER_TEMP/r*; echo $#; sleep 0.05; rmdir $RUNNER_TEMP/r$$; echo \($0)"
        }
        let report = try JobTrial.report("- parallel:\n" + members.joined(separator: "\n"))
        #expect(report.finish.conclusion == .success)
        let counts = (0..<14).compactMap { report.output($0).first.flatMap { Int($0.filter { $0 != " " }) } }
        #expect(counts.count == 14 && counts.allSatisfy { $0 <= 10 })
    }

    @Test("a secret that one step tells is hidden in the others' logs from then on")
    func masks() throws {
        let report = try JobTrial.report(
            """
            - id: a
              background: true
              run: |
                until [ -e "$RUNNER_TEMP/told" ]; do sleep 0.01; done
                echo "now learned-$((6 * 7))"
            - run: echo "::add-mask::learned-$((6 * 7))"
            - run: touch "$RUNNER_TEMP/told"
            - wait-all:
            """)
        #expect(report.output(0) == ["now ***"])
    }

    @Test("a composite action may run in the background, and its time limit holds there")
    func action() throws {
        let repository = try ActionRepository(
            "octo/tools", ["action.yml": "runs: {using: composite, steps: [{shell: sh, run: echo in; sleep 600}]}"])
        let trial = try JobTrial("- {uses: octo/tools@v1, background: true, timeout-minutes: 0.01}\n- run: echo beside")
        trial.assignment.remoteActions = [repository.action()]
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.conclusions == [.failure, .success])
        #expect(report.steps[0].reason == "took longer than 0.01 minutes")
        #expect(report.steps[0].log.contains("in"))
    }
}
