import Execution
import Plan
import Testing

/// Problem matchers, and the bounds of what a step may tell.
struct StepProblemTests {
    private static let matcher = """
        mkdir -p .github src
        echo > src/a.c
        cat > .github/gcc.json <<'END'
        {"problemMatcher": [{"owner": "gcc", "pattern": [{"regexp": "^(.*?):(\\\\d+):(\\\\d*):? (warning|error): (.*)$",
          "file": 1, "line": 2, "column": 3, "severity": 4, "message": 5}]}]}
        END
        """

    private static func steps(_ commands: String) -> String {
        func block(_ text: String) -> String {
            "- run: |\n" + text.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        }
        return block(matcher) + "\n" + block(commands)
    }

    @Test("a problem in the output is an annotation with its place, as long as the matcher is in force", arguments: Place.all)
    func matching(_ place: Place) throws {
        let report = try JobTrial.report(
            Self.steps(
                """
                echo "src/a.c:1:2: error: before"
                echo "::add-matcher::.github/gcc.json"
                printf '\\033[1msrc/a.c:3:7: \\033[31merror: \\033[0mbad thing\\n'
                echo "$GITHUB_WORKSPACE/src/a.c:4:: warning: $TOKEN"
                echo "missing.c:5:: warning: nowhere"
                echo "../../etc/passwd:6:: warning: outside"
                """)
                    + """

                    - run: |
                        echo "src/a.c:8:: error: later step"
                    - run: |
                        echo "::remove-matcher owner=gcc::"
                        echo "src/a.c:9:: error: no more"
                    """, on: place, secrets: ["TOKEN": "hunter2hunter2"])
        let expected = [
            Annotation(level: .error, message: "bad thing", file: "src/a.c", line: 3, column: 7, step: 3),
            Annotation(level: .warning, message: "nowhere", line: 5, step: 3),
            Annotation(level: .warning, message: "outside", line: 6, step: 3),
            Annotation(level: .error, message: "later step", file: "src/a.c", line: 8, step: 4),
        ]
        #expect(report.annotations.filter { $0.line != 4 } == expected, "\(report.log)")
        #expect(report.steps[1].log.contains("##[error]src/a.c:3:7: error: bad thing"))
        #expect(report.output(3) == ["src/a.c:9:: error: no more"])
    }

    @Test(
        "an image that a command has pushed is a notice, with problem matchers and without, masked as the log is",
        arguments: Place.all)
    func pushedImages(_ place: Place) throws {
        let digest = "sha256:" + String(repeating: "0123456789abcdef", count: 4)
        let push = """
            echo "The push refers to repository [registry.test/hunter2hunter2/app]"
            echo "1.2: digest: \(digest) size: 948"
            """
        let report = try JobTrial.report(
            Self.steps("\(push)\necho \"::add-matcher::.github/gcc.json\"\n\(push)"), on: place,
            secrets: ["TOKEN": "hunter2hunter2"])
        let notice = Annotation(
            level: .notice, message: "registry.test/***/app:1.2@\(digest)", title: "Image pushed", step: 3)
        #expect(report.annotations == [notice], "\(report.log)")
        #expect(report.output(1).filter { $0.contains("1.2: digest") }.count == 2)
    }

    @Test(
        "a matcher that can't be used is told, and the step goes on",
        arguments: [
            ("nothing.json", "there is no file nothing.json in the job's folders"),
            ("/etc/passwd", "there is no file /etc/passwd"),
            ("out.json", "there is no file out.json"), ("bad.json", "bad.json is no JSON"),
            ("slow.json", "the matcher slow can't be used: unsupported in a pattern"),
        ])
    func unusable(file: String, problem: String) throws {
        let report = try JobTrial.report(
            """
            - run: |
                ln -s /etc/passwd out.json
                echo no > bad.json
                echo '{"problemMatcher": [{"owner": "slow", "pattern": [{"regexp": "(?<=a)(b)", "message": 1}]}]}' > slow.json
                echo "::add-matcher::\(file)"
                echo on
            """)
        #expect(report.conclusions == [.success])
        #expect(report.annotations.first?.message.contains(problem) == true, "\(report.annotations)")
        #expect(report.steps[0].log.last == "on")
    }

    @Test("a matcher that is too slow for three lines is dropped, with a warning")
    func slow() throws {
        let report = try JobTrial.report(
            #"""
            - run: |
                echo '{"problemMatcher": [{"owner": "evil", "pattern": [{"regexp": "^(a+)+\\1\\1x$", "message": 1}]}]}' > m.json
                echo "::add-matcher::m.json"
                line=$(printf 'a%.0s' $(seq 2000))
                for i in 1 2 3 4; do echo "$line"; done
            """#)
        #expect(report.conclusions == [.success])
        #expect(report.annotations.count == 1)
        #expect(report.annotations[0].message.hasPrefix("the problem matcher \"evil\" is dropped: comparing the pattern"))
    }

    @Test("of a step's annotations fifty of each level are kept, and it is said how many are not")
    func annotationLimit() throws {
        let report = try JobTrial.report(
            "- run: for i in $(seq 60); do echo \"::error::e$i\"; done; echo ::warning::w\n- run: echo ::error::next")
        #expect(report.annotations.count { $0.level == .error } == 51)
        let note = report.annotations.first { $0.level == .notice }
        #expect(note?.message == "10 more errors of this step: in the log only, since 50 of a level are kept")
        #expect(report.steps[0].log.contains("##[error]e60"))
    }

    @Test("outputs and state that are printed are bounded as those in files are")
    func printedOutputs() throws {
        let trial = try JobTrial(
            """
            - run: |
                echo "::set-output name=small::1"
                printf '::set-output name=big::%0200d\\n' 1
              id: a
              continue-on-error: true
            - run: echo "[${{ steps.a.outputs.small }}] ${{ steps.a.outcome }}"
            """)
        trial.assignment.limits.output = 100
        let report = try trial.report()
        #expect(report.output(1) == ["[1] failure"])
        #expect(report.steps[0].reason == "the outputs that the step printed hold more than the 100 bytes that are allowed")
    }

    @Test("a summary that is too long is left out with an error; the step's outcome stands")
    func summary() throws {
        let trial = try JobTrial("- run: seq 100 >> $GITHUB_STEP_SUMMARY\n- run: echo kept >> $GITHUB_STEP_SUMMARY")
        trial.assignment.limits.summary = 100
        let report = try trial.report()
        #expect(report.conclusions == [.success, .success])
        #expect(report.annotations.map(\.level) == [.error])
        #expect(report.summary == "kept\n")
    }

    @Test("a secret that is told after the log is cut is hidden all the same")
    func maskAfterCut() throws {
        let trial = try JobTrial("- run: seq 1 200000; echo ::add-mask::late-$((6 * 7))\n- run: echo late-$((6 * 7))")
        trial.assignment.limits.log = 10_000
        let report = try trial.report()
        #expect(report.output(1) == ["***"])
    }

    @Test("a running step that always runs is not stopped by the first cancel")
    func survivor() throws {
        let trial = try JobTrial(
            """
            - run: echo "ready"; until [ -e "$RUNNER_TEMP/go" ]; do sleep 0.01; done; echo finished
              if: always()
            - run: echo no
            """)
        try trial.start()
        try trial.awaitLog(" ready\n")
        trial.cancel("enough")
        try Folder.write("", to: "\(trial.assignment.workspace)/temp/go")
        let report = try trial.report()
        #expect(report.conclusions == [.success, .skipped])
        #expect(report.output(0) == ["ready", "finished"])
        #expect(report.finish.conclusion == .cancelled)
    }
}
