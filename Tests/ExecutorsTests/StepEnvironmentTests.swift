import Execution
import Expressions
import Foundation
import Glibc
import Plan
import Testing

/// What a step sees: variables, contexts, folders, shells; and what it hands to later ones.
struct StepEnvironmentTests {
    @Test("what a step writes to its files reaches the steps after it", arguments: Place.all)
    func fileCommands(_ place: Place) throws {
        let report = try JobTrial.report(
            #"""
            - id: first
              run: |
                echo "COLOR=red" >> "$GITHUB_ENV"
                printf 'LINES<<END\na\nb\nEND\n' >> "$GITHUB_ENV"
                echo "answer=42" >> "$GITHUB_OUTPUT"
                mkdir -p "$RUNNER_TEMP/tools"
                printf '#!/bin/sh\necho found\n' > "$RUNNER_TEMP/tools/finder"
                chmod +x "$RUNNER_TEMP/tools/finder"
                echo "$RUNNER_TEMP/tools" >> "$GITHUB_PATH"
                echo "# Passed" >> "$GITHUB_STEP_SUMMARY"
                echo "now [$COLOR]"
            - run: |
                echo "$COLOR ${{ env.COLOR }} ${{ steps.first.outputs.answer }} ${{ env.LINES == format('a{0}b', fromJSON('"\n"')) }}"
                finder
                echo "second" >> "$GITHUB_STEP_SUMMARY"
            - run: echo "$COLOR"
              env:
                COLOR: blue
            """#, on: place)
        #expect(report.finish.conclusion == .success)
        #expect(report.output(0) == ["now []"])
        #expect(report.output(1) == ["red red 42 true", "found"])
        #expect(report.output(2) == ["blue"])
        #expect(report.summary == "# Passed\nsecond\n")
    }

    @Test("variables may come from one expression, as a mapping")
    func mappedVariables() throws {
        let report = try JobTrial.report(
            """
            - run: echo "[$A][$B][$C]"
              env: ${{ fromJSON(env.MORE) }}
            - run: echo "[$A]"
              env: ${{ null }}
            - run: echo no
              env: ${{ 'A=1' }}
            """,
            keys: #"""
                env: >-
                  ${{ fromJSON('{"A": 1, "B": true, "MORE": "{\"A\": 2, \"C\": \"c\"}"}') }}
                """#)
        #expect(report.output(0) == ["[2][true][c]"])
        #expect(report.output(1) == ["[1]"])
        #expect(report.output(2).contains { $0.contains("can't evaluate env (${{ 'A=1' }})") })
    }

    @Test("a failed step's outputs and variables count, too")
    func fileCommandsOfFailedStep() throws {
        let report = try JobTrial.report(
            """
            - id: a
              run: |
                echo "x=1" >> $GITHUB_OUTPUT
                echo "Y=2" >> $GITHUB_ENV
                exit 1
              continue-on-error: true
            - run: echo "${{ steps.a.outputs.x }}$Y"
            """)
        #expect(report.output(1) == ["12"])
    }

    @Test("a variable that would change how steps are started is refused", arguments: ["NODE_OPTIONS", "LD_PRELOAD"])
    func refusedVariables(_ name: String) throws {
        let report = try JobTrial.report(
            """
            - run: echo "\(name)=--require=/tmp/x" >> $GITHUB_ENV
            - run: echo "[$\(name)]"
              if: always()
            """)
        #expect(report.conclusions == [.failure, .success])
        #expect(report.output(1) == ["[]"])
    }

    @Test("variables of the workflow, the job and the step overlay each other; none sees its siblings")
    func environment() throws {
        let trial = try JobTrial(
            """
            - env:
                C: step
                D: "[${{ env.C }}]"
              if: env.C == 'step'
              run: echo "$A $B $C $D"
            - run: echo "${{ env.C }} ${{ env.c }}|${{ env.missing }}|"
            """, keys: "env:\n  B: job\n  C: job")
        trial.assignment.workflowEnvironment = ["A", "B", "C"].map {
            NamedTemplate(name: $0, value: Template(literal: "workflow"))
        }
        let report = try trial.report()
        #expect(report.output(0) == ["workflow job step [job]"])
        // Names of variables differ by case.
        #expect(report.output(1) == ["job ||"])
    }

    @Test("a step finds the variables and contexts that GitHub's runner gives it", arguments: Place.all)
    func contexts(_ place: Place) throws {
        let trial = try JobTrial(
            """
            - run: |
                echo "$CI $GITHUB_ACTIONS $GITHUB_SHA $RUNNER_OS $RUNNER_NAME"
                [ "$GITHUB_WORKSPACE" = "${{ github.workspace }}" ] && [ "$PWD" = "$GITHUB_WORKSPACE" ]
                [ "$RUNNER_TEMP" = "${{ runner.temp }}" ] && [ -d "$RUNNER_TEMP" ] && [ -d "$RUNNER_TOOL_CACHE" ]
                [ "$GITHUB_WORKSPACE" = "${{ runner.workspace }}/workspace" ]
                touch "$HOME/file" "$TMPDIR/file" "$RUNNER_TEMP/file" file
                command -v bash env python3
                echo "$GITHUB_ACTION ${{ github.action }} ${{ job.status }}"
            - run: echo "$GITHUB_ACTION"
            - id: named
              run: echo "$GITHUB_ACTION"
            """, on: place)
        trial.assignment.environment = ["EXTRA": "1"]
        let report = try trial.report()
        #expect(report.finish.conclusion == .success, "\(report.log)")
        #expect(report.output(0).first == "true true c0ffee Linux probe")
        #expect(report.output(0).last == "__run __run success")
        #expect(report.output(1) == ["__run_2"])
        #expect(report.output(2) == ["named"])
    }

    @Test(
        "every context of a step is there, also where it holds nothing",
        arguments: [
            "github", "env", "vars", "job", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs",
        ])
    func emptyContexts(_ name: String) throws {
        let report = try JobTrial.report("- run: echo \"[${{ \(name).nothing.at.all }}]\"")
        #expect(report.output(0) == ["[]"])
    }

    @Test("a step runs in the shell it asks for", arguments: Place.all)
    func shells(_ place: Place) throws {
        let report = try JobTrial.report(
            """
            - run: echo "${BASH_VERSION:+bash}"; false | true
            - run: false | true
              shell: bash
              continue-on-error: true
            - run: echo "sh [$BASH_VERSION]"
              shell: sh
            - run: print(6 * 7)
              shell: python
            - run: "one\\ntwo"
              shell: "grep -n 'tw' {0}"
            """, on: place)
        #expect(report.steps.map(\.outcome) == [.success, .failure, .success, .success, .success])
        #expect(report.output(0) == ["bash"])
        #expect(report.output(3) == ["42"])
        #expect(report.output(4) == ["2:two"])
    }

    @Test("a step runs in its working directory, by its own word or the defaults'", arguments: Place.all)
    func workingDirectory(_ place: Place) throws {
        let report = try JobTrial.report(
            """
            - run: mkdir -p a/b
              working-directory: .
            - run: basename "$PWD"
            - run: basename "$PWD"
              working-directory: a/b
            - run: echo "$PWD"
              working-directory: /
            - run: echo no
              working-directory: nowhere
            """, keys: "defaults:\n  run:\n    working-directory: a", on: place)
        #expect(report.conclusions == [.success, .success, .success, .success, .failure])
        #expect(report.output(1) == ["a"])
        #expect(report.output(2) == ["b"])
        #expect(report.output(3) == ["/"])
    }

    @Test("what a step left running serves the next one, and is gone after the job", arguments: Place.all)
    func backgroundProcess(_ place: Place) throws {
        let trial = try JobTrial(
            """
            - run: |
                mkfifo asks answers
                setsid bash -c 'exec 3<>asks; while read -r line <&3; do echo "got $line" > answers; done' >/dev/null 2>&1 &
            - run: |
                echo question > asks
                cat answers
            """, on: place)
        let report = try trial.report()
        #expect(report.output(1) == ["got question"])
        let pipe = open("\(trial.assignment.workspace)/workspace/asks", O_WRONLY | O_NONBLOCK)
        #expect(pipe < 0 && errno == ENXIO, "nobody reads the pipe any more")
        if pipe >= 0 { close(pipe) }
    }

    @Test("a link that a step planted does not lead Slipway's own files astray", arguments: Place.all)
    func plantedLink(_ place: Place) throws {
        let trial = try JobTrial(
            """
            - run: for name in 3-env 3-script.sh 5-env; do ln -s "$OUTSIDE/planted" "$(dirname "$GITHUB_OUTPUT")/step-$name"; done
            - id: second
              run: echo "x=1" >> $GITHUB_OUTPUT
            - run: |
                mv "$(dirname "$GITHUB_OUTPUT")" "$RUNNER_TEMP/moved"
                ln -s "$OUTSIDE" "$(dirname "$GITHUB_OUTPUT")"
            - run: echo "${{ steps.second.outputs.x }}"
            """, on: place)
        let outside = "\(trial.folder)/outside"
        try Folder.make(outside)
        trial.assignment.environment = ["OUTSIDE": outside]
        let report = try trial.report()
        #expect(report.conclusions == [.success, .success, .success, .success], "\(report.log)")
        #expect(report.output(3) == ["1"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == [])
    }
}
