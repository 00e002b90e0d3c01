import Execution
import Plan
import Testing

/// Actions that Node runs, with what they do before the job's steps and after them.
struct ActionStageTests {
    /// Says which stage it is, and what it finds of its call.
    private static func node(_ name: String, pre: Bool = true, conditions: String = "") -> [String: String] {
        let program = """
            const fs = require('fs')
            const stage = require('path').basename(__filename, '.js')
            console.log(`${stage} \(name) who=${process.env.INPUT_WHO} of=${process.env['INPUT_TWO_WORDS']} kept=${process.env.STATE_kept}`)
            fs.appendFileSync(process.env.GITHUB_STATE, `kept=${process.env.STATE_kept || ''}${stage[0]}\\n`)
            console.log(`::save-state name=old::${stage}`)
            fs.appendFileSync(process.env.GITHUB_OUTPUT, `stage=${stage}\\n`)
            if (process.env.FAIL === stage) process.exit(4)
            """
        let metadata = """
            inputs:
              who: {default: nobody}
              two words: {default: both}
            runs:
              using: node16
              \(pre ? "pre: pre.js" : "")
              main: main.js
              post: post.js
              \(conditions)
            """
        return [
            "\(name)/action.yml": metadata, "\(name)/pre.js": program, "\(name)/main.js": program, "\(name)/post.js": program,
        ]
    }

    private static func trial(
        _ steps: String, _ files: [String: String], folders: [String], on place: Place = .none
    ) throws -> (JobTrial, ActionRepository) {
        let repository = try ActionRepository("octo/tools", files)
        let trial = try JobTrial(steps, on: place)
        trial.assignment.remoteActions = folders.map { repository.action($0) }
        return (trial, repository)
    }

    /// The first words of the lines that an action wrote.
    private static func says(_ report: JobReport) -> [String] {
        report.log.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").dropFirst()
            guard let first = words.first, ["pre", "main", "post"].contains(first) else { return nil }
            return words.prefix(2).joined(separator: " ")
        }
    }

    @Test("pre steps come first, in order; post steps last, in reverse; each is a step of its own", arguments: Place.all)
    func order(_ place: Place) throws {
        let (trial, repository) = try Self.trial(
            """
            - run: echo first
            - uses: octo/tools/a@v1
              id: a
              with: {who: you}
            - name: Second
              uses: octo/tools/b@v1
            - run: echo "last ${{ steps.a.outputs.stage }}"
            """,
            Self.node("a").merging(Self.node("b", pre: false)) { $1 }, folders: ["a", "b"], on: place)
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.finish.conclusion == .success, "\(report.log)")
        #expect(
            report.steps.map(\.name) == [
                "Pre Run octo/tools/a@v1", "Run echo first", "Run octo/tools/a@v1", "Second", "Run echo \"last main\"",
                "Post Second", "Post Run octo/tools/a@v1",
            ])
        #expect(Self.says(report) == ["pre a", "main a", "main b", "post b", "post a"])
        #expect(report.announced.first == "Set up job" && report.announced[1] == "Pre Run octo/tools/a@v1")
        #expect(report.log.contains("pre a who=you of=both kept=undefined"))
        #expect(report.log.contains("main a who=you of=both kept=p"))
        #expect(report.log.contains("post a who=you of=both kept=pm"))
        #expect(report.log.contains("post b who=nobody of=both kept=m"))
    }

    @Test("post steps run after a failure, also of their own main step, and their failure fails the job")
    func failures() throws {
        let (trial, repository) = try Self.trial(
            """
            - uses: octo/tools/a@v1
              env: {FAIL: main}
            - uses: octo/tools/b@v1
            - run: echo no
            """,
            Self.node("a").merging(Self.node("b")) { $1 }, folders: ["a", "b"])
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(Self.says(report) == ["pre a", "pre b", "main a", "post b", "post a"])
        #expect(report.conclusions == [.success, .success, .failure, .skipped, .skipped, .success, .success])
        #expect(report.finish.reason == "step 4 (Run octo/tools/a@v1): exit code 4")
        let (second, other) = try Self.trial(
            "- uses: octo/tools/a@v1\n  env: {FAIL: post}\n  if: false", Self.node("a"), folders: ["a"])
        let end = try withExtendedLifetime(other) { try second.report() }
        // What has been prepared is cleaned up, even where it never ran.
        #expect(end.conclusions == [.success, .skipped, .failure])
        #expect(end.finish.conclusion == .failure)
    }

    @Test("pre-if and post-if ask for the job's state")
    func conditions() throws {
        let (trial, repository) = try Self.trial(
            "- uses: octo/tools/a@v1\n- uses: octo/tools/b@v1\n- run: exit 1",
            Self.node("a", conditions: "pre-if: runner.os == 'Plan9'\n  post-if: failure()")
                .merging(Self.node("b", conditions: "post-if: success()")) { $1 }, folders: ["a", "b"])
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(Self.says(report) == ["pre b", "main a", "main b", "post a"])
        #expect(report.conclusions == [.skipped, .success, .success, .success, .failure, .success, .skipped])
    }

    @Test("a cancelled job still runs its post steps")
    func cancel() throws {
        let (trial, repository) = try Self.trial(
            "- uses: octo/tools/a@v1\n- run: echo ready; sleep 600", Self.node("a"), folders: ["a"])
        let report = try withExtendedLifetime(repository) {
            try trial.start()
            try trial.awaitLog(" ready\n")
            trial.cancel("enough")
            return try trial.report()
        }
        #expect(Self.says(report) == ["pre a", "main a", "post a"])
        #expect(report.conclusions == [.success, .success, .cancelled, .success])
        #expect(report.finish.conclusion == .cancelled)
    }

    @Test("the pre and post steps of actions inside an action are steps of that action")
    func composite() throws {
        let wrapper = """
            inputs: {who: {default: inner}}
            runs:
              using: composite
              steps:
                - uses: octo/tools/a@v1
                  with: {who: "${{ inputs.who }}"}
                - uses: octo/tools/b@v1
                  if: false
                - uses: octo/tools/c@v1
            """
        var files = Self.node("a").merging(Self.node("b", pre: false)) { $1 }.merging(Self.node("c", pre: false)) { $1 }
        files["wrap/action.yml"] = wrapper
        let (trial, repository) = try Self.trial(
            "- uses: octo/tools/wrap@v1\n  with: {who: outer}\n- run: echo between", files, folders: ["wrap", "a", "b", "c"])
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.finish.conclusion == .success, "\(report.log)")
        #expect(
            report.steps.map(\.name) == [
                "Pre Run octo/tools/wrap@v1", "Run octo/tools/wrap@v1", "Run echo between", "Post Run octo/tools/wrap@v1",
            ])
        #expect(Self.says(report) == ["pre a", "main a", "main c", "post c", "post a"])
        #expect(report.log.contains("post a who=outer of=both kept=pm"))
        #expect(report.log.contains("post c who=nobody of=both kept=m"))
    }

    @Test("a local action has no pre step, and is told so; its post step runs")
    func local() throws {
        let files = Self.node("a")
        let script = files.map { name, text in
            let lines = text.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
            return "    mkdir -p a; cat > \(name) <<'END'\n\(lines)\n    END"
        }.joined(separator: "\n")
        let report = try JobTrial.report("- run: |\n\(script)\n- uses: ./a\n- run: echo between")
        #expect(Self.says(report) == ["main a", "post a"], "\(report.log)")
        #expect(report.annotations.map(\.message) == ["`pre` execution is not supported for local action from './a'"])
    }

    @Test("a built-in action's post step gets what its main step left")
    func builtin() throws {
        let report = try JobTrial.report(
            "- uses: slipway/keeper@v1\n  with: {keep: this}\n- run: 'echo \"[$KEEPER] $(keeper-tool)\"'")
        #expect(
            report.steps.map(\.name) == [
                "Run slipway/keeper@v1", "Run echo \"[$KEEPER] $(keeper-tool)\"", "Post Run slipway/keeper@v1",
            ])
        #expect(report.output(1) == ["[this] tool"])
        #expect(report.steps[2].log.contains("kept this, success true"))
    }

    @Test("the services' variables are for actions, never for scripts, and the token is never shown")
    func services() throws {
        let action = [
            "n/action.yml": "runs: {using: node16, main: main.js}",
            "n/main.js":
                "console.log(`token ${process.env.ACTIONS_RUNTIME_TOKEN} ${process.env.GITHUB_ACTION_PATH.endsWith('/n')}`)",
        ]
        let (trial, repository) = try Self.trial(
            "- run: echo \"[$ACTIONS_RUNTIME_TOKEN]\"\n- uses: octo/tools/n@v1", action, folders: ["n"])
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.output(0) == ["[]"])
        #expect(report.steps[1].log.contains("token *** true"))
    }

    @Test("an action that wants a newer Node runs with a warning")
    func oldNode() throws {
        let (trial, repository) = try Self.trial(
            "- uses: octo/tools/n@v1", ["n/action.yml": "runs: {using: node24, main: m.js}", "n/m.js": "console.log('ran')"],
            folders: ["n"])
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.steps[0].log.contains("ran"))
        if report.annotations.isEmpty { return }
        #expect(report.annotations[0].message.contains("was made for Node 24"))
    }

    @Test("the Node of the folder for tools is taken before the host's")
    func toolNode() throws {
        let (trial, repository) = try Self.trial(
            "- uses: octo/tools/n@v1", ["n/action.yml": "runs: {using: node20, main: m.js}", "n/m.js": ""], folders: ["n"])
        for (version, text) in [("20.1.0", "old"), ("20.11.1", "newest 20"), ("22.0.0", "22"), ("18.9.9", "18")] {
            let folder = "\(trial.assignment.toolsFolder)/node/\(version)/x64/bin"
            try Folder.make(folder)
            try Folder.write("#!/bin/sh\necho 'node is \(text)'\n", to: "\(folder)/node", mode: 0o755)
        }
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.steps[0].log.contains("node is newest 20"), "\(report.log)")
    }
}
