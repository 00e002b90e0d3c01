import Execution
import Expressions
import Foundation
import Plan
import Testing

/// What a step says in its log, and what of it may be seen.
struct StepLogTests {
    @Test("a secret is in no file that the job leaves")
    func secrets() throws {
        let trial = try JobTrial(
            """
            - name: Deploy ${{ secrets.TOKEN }}
              env:
                TOKEN: ${{ secrets.TOKEN }}
              run: |
                echo "token $TOKEN"
                echo "::add-mask::learned-$((6 * 7))"
                echo "and learned-$((6 * 7))"
                echo "::error title=$TOKEN::failed with $TOKEN"
                echo "summary $TOKEN" >> $GITHUB_STEP_SUMMARY
            - run: echo learned-$((6 * 7)) ${{ secrets.TOKEN }}
            - name: End ${{ secrets.TOKEN }}
              run: exit 3
            """)
        trial.secrets = ["TOKEN": "hunter2hunter2"]
        let report = try trial.report()
        #expect(report.output(0) == ["token ***", "and ***", "##[error]failed with ***"])
        #expect(report.output(1) == ["*** ***"])
        #expect(report.summary == "summary ***\n")
        #expect(report.steps.map(\.name) == ["Deploy ***", "Run echo learned-$((6 * 7)) ***", "End ***"])
        #expect(report.finish.reason == "step 4 (End ***): exit code 3")
        for file in [trial.assignment.folder.log, trial.assignment.folder.journal, trial.assignment.folder.summary] {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(!text.contains("hunter2") && !text.contains("learned-42"))
        }
    }

    @Test("outputs of the job that may hold a secret are dropped with a warning")
    func outputs() throws {
        let report = try JobTrial.report(
            """
            - id: a
              run: |
                echo "plain=1" >> $GITHUB_OUTPUT
                echo "secret=x-$TOKEN-y" >> $GITHUB_OUTPUT
              env:
                TOKEN: ${{ secrets.TOKEN }}
            """,
            keys: """
                outputs:
                  plain: ${{ steps.a.outputs.plain }}
                  secret: ${{ steps.a.outputs.secret }}
                  none: ${{ steps.a.outputs.none }}
                  both: ${{ steps.a.outputs.plain }}-${{ github.sha }}
                """, secrets: ["TOKEN": "hunter2hunter2"])
        #expect(report.finish.outputs == ["both": "1-c0ffee", "plain": "1"])
        #expect(report.annotations.map(\.level) == [.warning])
        #expect(report.annotations.first?.message.contains("\"secret\"") == true)
    }

    @Test("commands in the output become annotations, groups and outputs")
    func commands() throws {
        let report = try JobTrial.report(
            """
            - id: a
              run: |
                echo "::warning file=src/a.swift,line=3,col=7,title=Careful::two%0Alines"
                echo "::notice::seen"
                echo "::group::Files"
                echo "::endgroup::"
                echo "::debug::hidden"
                echo "::set-output name=old::way"
                echo "::1 is an address::"
            - run: echo ${{ steps.a.outputs.old }}
            """)
        #expect(
            report.output(0) == [
                "##[warning]two", "lines", "##[notice]seen", "##[group]Files", "##[endgroup]", "::1 is an address::",
            ])
        #expect(report.output(1) == ["way"])
        let warning = Annotation(
            level: .warning, message: "two\nlines", title: "Careful", file: "src/a.swift", line: 3, column: 7, step: 2)
        #expect(report.annotations == [warning, Annotation(level: .notice, message: "seen", step: 2)])
    }

    @Test("debug lines are shown where the repository asks for them")
    func debug() throws {
        let report = try JobTrial.report(
            "- run: echo ::debug::shown $RUNNER_DEBUG", secrets: ["ACTIONS_STEP_DEBUG": "true"])
        #expect(report.output(0).first?.hasPrefix("##[debug]shown") == true)
    }

    @Test("between stop-commands and its token nothing is obeyed, and the next step begins afresh")
    func stopCommands() throws {
        let report = try JobTrial.report(
            """
            - run: |
                echo "::stop-commands::pause-7"
                echo "::warning::quoted"
                echo "::pause-7::"
                echo "::warning::meant"
                echo "::stop-commands::never-ended"
            - run: echo "::notice::again"
            """)
        #expect(report.output(0) == ["::warning::quoted", "##[warning]meant"])
        #expect(report.annotations.map(\.message) == ["meant", "again"])
    }

    @Test("set-env and add-path on the output are refused, with an annotation that says what to do")
    func refusedCommands() throws {
        let report = try JobTrial.report(
            """
            - run: |
                echo "::set-env name=EVIL::1"
                echo "::add-path::/tmp/evil"
            - run: echo "[$EVIL]"; case "$PATH" in *evil*) exit 1;; esac
            """)
        #expect(report.conclusions == [.success, .success])
        #expect(report.output(1) == ["[]"])
        #expect(report.annotations.map(\.level) == [.error, .error])
        #expect(report.annotations[0].message.contains("$GITHUB_ENV"))
        #expect(report.annotations[1].message.contains("$GITHUB_PATH"))
    }

    @Test("a job that writes more than its limit is cut, and its outcome stands")
    func cut() throws {
        let trial = try JobTrial("- run: seq 1 200000\n- run: echo after")
        trial.assignment.limits.log = 100_000
        let report = try trial.report()
        #expect(report.finish.conclusion == .success)
        #expect(report.log.contains("The log is cut here"))
        #expect(report.log.utf8.count < 2_000_000)
    }
}
