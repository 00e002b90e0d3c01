import Execution
import Expressions
import Foundation
import Plan
import Testing

/// Commands in the shell that a job has for all of its steps.
struct LastingShellTests {
    /// A job whose steps are these blocks of commands, called `one`, `two` and so on.
    private static func plan(_ blocks: [CommandBlock], conditions: [Int: String] = [:], outputs: [NamedTemplate] = []) throws
        -> JobPlan
    {
        let names = ["one", "two", "three", "four"]
        let steps = try blocks.enumerated().map { index, block in
            StepPlan(
                id: names[index], name: Template(literal: names[index]),
                condition: try conditions[index].map { try Condition(parsing: $0) } ?? .whenSuccessful, work: .commands(block))
        }
        return JobPlan(key: "build", outputs: outputs, steps: steps)
    }

    private static func report(_ blocks: [CommandBlock], conditions: [Int: String] = [:], on place: Place = .none) throws
        -> JobReport
    {
        try JobTrial(plan: try plan(blocks, conditions: conditions), on: place).report()
    }

    private static func block(_ commands: String..., finally: [String] = [], shell: CommandBlock.Shell = .any) -> CommandBlock {
        CommandBlock(commands: commands.map { .init(text: $0) }, finally: finally.map { .init(text: $0) }, shell: shell)
    }

    /// What the commands of a step printed, without the commands themselves.
    private static func output(_ report: JobReport, _ step: Int) -> [String] {
        report.steps[step].log.filter { !$0.hasPrefix("\u{1b}[36;1m") }
    }

    @Test("folder, variables and functions last over commands and steps", arguments: Place.all)
    func stateLasts(_ place: Place) throws {
        let report = try Self.report(
            [
                Self.block("mkdir -p deep/er && cd deep", "COLOR=red", "export SHAPE=round", "greet() { echo \"hello $1\"; }"),
                Self.block("cd er; pwd | sed 's|.*/workspace|workspace|'", "echo $COLOR", "env | grep ^SHAPE=", "greet you"),
            ], on: place)
        #expect(report.finish.conclusion == .success, "\(report.log)")
        #expect(Self.output(report, 1) == ["workspace/deep/er", "red", "SHAPE=round", "hello you"])
    }

    @Test("a user that is not there is told as the job begins, with its place, and before any command runs", arguments: Place.all)
    func missingUser(_ place: Place) throws {
        var first = Self.block("echo ran")
        first.user = "no-such-user"
        first.userPlace = "buildspec.yml:3:11"
        let report = try Self.report([first], on: place)
        #expect(report.finish.conclusion == .failure)
        let reason = report.setUp.reason ?? ""
        #expect(reason.hasPrefix("buildspec.yml:3:11: commands can't run as \"no-such-user\": there is no user"), "\(reason)")
        #expect(reason.hasSuffix("or leave run-as out") && !report.log.contains("echo ran"))
    }

    @Test("a user that commands before may make is only warned of, where they run as root", .enabled(if: getuid() == 0))
    func madeUser() throws {
        var second = Self.block("echo ran")
        second.user = "no-such-user"
        let report = try Self.report([Self.block("echo before"), second])
        #expect(report.setUp.conclusion == .success && report.finish.conclusion == .failure)
        #expect(report.annotations.contains { $0.level == .warning && $0.message.contains("unless a command before makes it") })
        #expect(Self.output(report, 0) == ["before"])
        #expect(report.log.contains("there is no user \"no-such-user\" here"))
    }

    @Test("a user to whom the job can't change is told as it begins", .enabled(if: Place.canSandbox))
    func forbiddenUser() throws {
        var second = Self.block("echo ran")
        second.user = "daemon"
        let report = try Self.report([Self.block("id -u"), second], on: .bubblewrap)
        if report.setUp.conclusion == .success {
            #expect(Self.output(report, 0) == ["0"], "\(report.log)")
        } else {
            #expect(report.setUp.reason?.contains("only root can, and the job is") == true, "\(report.log)")
        }
    }

    @Test("commands reach the shell as they are written")
    func commandsAreNotTouched() throws {
        let report = try Self.report([
            Self.block(
                "URI=registry/app TAG=${HASH:=latest}",
                #"printf '[{"name":"app","imageUri":"%s"}]' $URI:$TAG > imagedefinitions.json"#,
                "cat imagedefinitions.json; echo",
                "echo \"$(printf 'a  b')\" '$HOME' \\\\ \"\\\"q\\\"\"", "for n in 1 2; do\n  echo \"n$n\"\ndone\n",
                "cat <<'END'\n  ${not} `this`\nEND", "echo '${{ github.sha }}'", "echo before && echo 'it'\"'\"'s'")
        ])
        #expect(report.finish.conclusion == .success, "\(report.log)")
        #expect(
            Self.output(report, 0) == [
                #"[{"name":"app","imageUri":"registry/app:latest"}]"#, #"a  b $HOME \ "q""#, "n1", "n2", "  ${not} `this`",
                "${{ github.sha }}", "before", "it's",
            ])
    }

    @Test("the first command that fails ends its block, but for what always runs")
    func aFailureEndsTheBlock() throws {
        let report = try Self.report(
            [
                Self.block("echo a", "echo b; (exit 7)", "echo c", finally: ["echo d", "false", "echo e"]),
                Self.block("echo never"),
            ])
        #expect(report.conclusions == [.failure, .skipped])
        #expect(report.steps[0].exitCode == 7)
        #expect(report.steps[0].reason == "exit status 7 of echo b; (exit 7)")
        let lines = Self.output(report, 0)
        #expect(lines.filter { ["a", "b", "c", "d", "e"].contains($0) } == ["a", "b", "d"])
        #expect(lines.contains("##[error]Error while executing command: echo b; (exit 7). Reason: exit status 7"))
        #expect(report.finish.reason == "step 2 (one): exit status 7 of echo b; (exit 7)")
    }

    @Test("a command that ends the shell leaves what the shell knew", arguments: [CommandBlock.Shell.bash, .sh])
    func endedShellsLeaveTheirState(_ shell: CommandBlock.Shell) throws {
        let report = try Self.report(
            [
                Self.block(
                    "mkdir -p a && cd a", "WORD='two words'; export KEPT=yes", "exit 0", "echo \"$WORD $KEPT $(basename $PWD)\"",
                    shell: shell),
                Self.block("set -e", "false", shell: shell), Self.block("echo \"$WORD again\"", shell: shell),
            ], conditions: [2: "always()"])
        #expect(report.conclusions == [.success, .failure, .success], "\(report.log)")
        #expect(Self.output(report, 0) == ["two words yes a"])
        #expect(Self.output(report, 2) == ["two words again"])
    }

    @Test("functions and arrays are there after the shell ended, too")
    func functionsSurviveAnEnd() throws {
        let report = try Self.report([
            Self.block("list=(a 'b c'); f() { echo \"f ${list[1]}\"; }", "exit 0", "f", "exit 3", shell: .bash)
        ])
        #expect(Self.output(report, 0).first == "f b c")
        #expect(report.steps[0].exitCode == 3)
    }

    @Test("a shell that is replaced is started anew, with a warning")
    func aReplacedShellIsStartedAnew() throws {
        let report = try Self.report([Self.block("A=1", "exec true", "echo \"[$A]\"")])
        #expect(report.finish.conclusion == .success)
        #expect(Self.output(report, 0).last == "[]")
        #expect(report.annotations.contains { $0.message.contains("was replaced or killed") })
    }

    @Test("commands of a block of their own know nothing of each other")
    func isolatedCommands() throws {
        var block = Self.block("cd /; A=1; exit 0", "echo \"[$A] $(basename $PWD)\"")
        block.isIsolated = true
        let report = try Self.report([block])
        #expect(Self.output(report, 0) == ["[] workspace"])
    }

    @Test("a variable says whether all went well so far")
    func theStatusVariable() throws {
        var blocks = [
            Self.block("echo $OK", "false", finally: ["echo $OK"]), Self.block("echo $OK"),
        ]
        for index in blocks.indices { blocks[index].statusVariable = "OK" }
        let report = try Self.report(blocks, conditions: [1: "always()"])
        #expect(Self.output(report, 0).filter { ["0", "1"].contains($0) } == ["1", "0"])
        #expect(Self.output(report, 1) == ["0"])
    }

    @Test("what a command leaves in the background does not hold it up, and is there later")
    func backgroundProcessesLive() throws {
        let report = try Self.report([
            Self.block("sleep 600 & echo $! > pid", "echo on"),
            Self.block("kill -0 $(cat pid) && echo alive", "jobs -r | grep -c sleep"),
        ])
        #expect(report.finish.conclusion == .success, "\(report.log)")
        #expect(Self.output(report, 1) == ["alive", "1"])
    }

    @Test("much output, and a last line without an end, belong to their step")
    func outputBelongsToItsStep() throws {
        let report = try Self.report([
            Self.block("seq 200000", "printf 'no end'"),
            Self.block("printf 'a\\036slipway b\\n'"), Self.block("exec > >(cat)", "echo later", shell: .bash),
        ])
        let first = Self.output(report, 0)
        #expect(first.count == 200_001)
        #expect(first.last == "no end")
        #expect(Self.output(report, 1).first?.hasSuffix("slipway b") == true)
        #expect(report.log.contains(" later\n"))
    }

    @Test("texts are expanded by the shell, as it is")
    func expansions() throws {
        var block = Self.block("NAME=app", "f() { echo from f; }")
        block.expansions = [
            .init(name: "a", text: "$NAME-$(f)-\"q\""), .init(name: "b", text: "${MISSING-}"),
            .init(name: "c", text: "x\ny$NAME"),
        ]
        let outputs = try ["a", "b", "c"].map {
            NamedTemplate(name: $0, value: try Template(parsing: "[${{ steps.one.outputs.\($0) }}]"))
        }
        let report = try JobTrial(plan: try Self.plan([block], outputs: outputs)).report()
        #expect(report.finish.outputs.pairs.map(\.value) == ["[app-from f-\"q\"]", "[]", "[x\nyapp]"])
    }

    @Test("a failure that a retry is for has the job begin again")
    func retries() throws {
        var first = Self.block("A=${A:-}x; echo \"try $A\"")
        first.shell = .bash
        var second = Self.block(
            "count=$(cat n 2>/dev/null || echo 0); echo $((count + 1)) > n", "echo \"disk is on fire\"; [ $count -ge 2 ]")
        second.retry = .init(count: 3, pattern: "on f.re")
        let report = try Self.report([first, second])
        #expect(report.finish.conclusion == .success)
        #expect(report.steps.map(\.name) == ["one", "two", "one", "two", "one", "two"])
        #expect(report.conclusions == [.success, .failure, .success, .failure, .success, .success])
        #expect([0, 2, 4].map { Self.output(report, $0).first } == ["try x", "try x", "try x"])
        #expect(report.announced.count == 7)
    }

    @Test("a retry names the failure that asked for it, whatever failed before")
    func retriesNameTheirCause() throws {
        var second = Self.block("[ -e again ] || { touch again; exit 4; }")
        second.retry = .init(count: 1)
        let report = try Self.report([Self.block("false"), second], conditions: [1: "always()"])
        #expect(report.steps.map(\.name) == ["one", "two", "one", "two"])
        #expect(report.log.contains("try 1 failed (step 3 (two): exit status 4 of [ -e again ]"), "\(report.log)")
    }

    @Test("a failure of another kind is not retried, and no retry goes on for ever")
    func retriesEnd() throws {
        var other = Self.block("echo fine; false")
        other.retry = .init(count: 3, pattern: "disk")
        #expect(try Self.report([other]).steps.count == 1)
        var always = Self.block("false")
        always.retry = .init(count: 2)
        let report = try Self.report([always])
        #expect(report.steps.count == 3)
        #expect(report.finish.conclusion == .failure)
    }

    @Test("commands of the user whom the job has run")
    func ownUser() throws {
        var block = Self.block("echo never")
        block.user = NSUserName()
        #expect(try Self.report([block]).finish.conclusion == .success)
    }

    @Test("another user's commands run as that user and find what was before", .enabled(if: geteuid() == 0))
    func commandsOfAnotherUser() throws {
        var second = Self.block("id -un", "echo $COLOR")
        second.user = "nobody"
        let trial = try JobTrial(plan: try Self.plan([Self.block("COLOR=red"), second]))
        let report = try trial.report()
        #expect(Self.output(report, 1) == ["nobody", "red"], "\(report.log)")
    }

    @Test("a cancel stops the command that runs, and the shell's other steps see it")
    func aCancelStopsTheCommand() throws {
        let trial = try JobTrial(
            plan: try Self.plan(
                [Self.block("echo be''gun; sleep 600", "echo never"), Self.block("echo after")], conditions: [1: "always()"]))
        try trial.start()
        try trial.awaitLog("begun")
        trial.cancel("by the test")
        let report = try trial.report()
        #expect(report.finish.conclusion == .cancelled)
        #expect(report.conclusions == [.cancelled, .success])
        #expect(!report.log.contains("never\n"))
    }

    @Test("a step's time limit ends its command")
    func aTimeLimitEndsTheCommand() throws {
        var plan = try Self.plan([Self.block("sleep 600")])
        plan.steps[0].timeoutMinutes = Template(literal: "0.01")
        let report = try JobTrial(plan: plan).report()
        #expect(report.conclusions == [.failure])
        #expect(report.steps[0].reason == "took longer than 0.01 minutes")
    }

    @Test("secrets are hidden, also where commands are shown")
    func secretsAreHidden() throws {
        let trial = try JobTrial(plan: try Self.plan([Self.block("echo hunter2-hunter2", "echo $TOKEN")]))
        trial.assignment.job.environment = [NamedTemplate(name: "TOKEN", value: try Template(parsing: "${{ secrets.TOKEN }}"))]
        trial.secrets = ["TOKEN": "hunter2-hunter2"]
        let report = try trial.report()
        #expect(!report.log.contains("hunter2"))
        #expect(Self.output(report, 0) == ["***", "***"])
    }
}
