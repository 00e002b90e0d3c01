import Plan
import Testing

@testable import Workflows

/// The checks beyond what a key may hold.
struct WorkflowCheckTests {
    // MARK: What a stranger may do

    private static func script(_ name: String, _ script: String, env: String = "{}") -> MarkedWorkflow {
        .job(name, "env: \(env)", steps: "[{run: \"\(script)\"}]")
    }

    static let untrustedText: [MarkedWorkflow] = [
        script("a title", "echo ${{ «?untrusted-text»github.event.issue.title }}"),
        script("one of several texts", "echo ${{ inputs.x || «?untrusted-text»github.event.comment.body }}")
            .with("on: push", "on: {workflow_dispatch: {inputs: {x: }}}"),
        script("a page of a list", "echo ${{ «?untrusted-text»github.event.pages[0].page_name }}"),
        script("the whole event", "echo '${{ toJSON(«?untrusted-text»github.event) }}'"),
        script("a comparison", "echo ${{ github.event.issue.title == 'x' }}"),
        script("a search", "echo ${{ contains(github.head_ref, 'x') && 'yes' || 'no' }}"),
        script("a number", "echo ${{ github.event.issue.number }}"),
        script("a variable with it", "echo ${{ «?untrusted-text»env.TITLE }}", env: "{TITLE: '${{ github.head_ref }}'}"),
        script("the variable itself", "echo $TITLE", env: "{TITLE: '${{ github.head_ref }}'}"),
        .job(
            "a nearer variable", "env: {TITLE: '${{ github.head_ref }}'}",
            steps: "[{run: \"echo ${{ env.TITLE }}\", env: {TITLE: safe}}]"),
        .job(
            "an action's script", "",
            steps:
                "[{uses: «?unpinned-action»actions/github-script@v7, with: {script: \"log('${{ «?untrusted-text»github.head_ref }}')\"}}]"
        ),
        .job("another input", "", steps: "[{uses: ./a, with: {title: \"${{ github.head_ref }}\"}}]"),
    ]

    @Test("a stranger's text in a script is found where it comes in", arguments: untrustedText)
    func untrustedTextIsFound(_ workflow: MarkedWorkflow) { workflow.check() }

    private static func gate(_ name: String, _ inputs: String) -> MarkedWorkflow {
        let lines = inputs.split(separator: "\n").map { "          \($0)\n" }.joined()
        let text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: slipway/gate@v1\n        with:\n"
        return MarkedWorkflow(name, text + lines)
    }

    static let gates: [MarkedWorkflow] = [
        gate("good conditions", "metrics: m.json\nconditions: |\n  f1 >= 0.85\n  recall[\"fraud\"] >= 0.7"),
        gate("a block", "metrics: m.json\nconditions: |\n  f1 >= 0.85\n  # a remark\n  auc «gate-condition»=> 0.7"),
        gate(
            "a line beside one that is not known yet",
            "metrics: m.json\nconditions: |\n  f1 >= ${{ vars.least }}\n  b «gate-condition»=> 3"),
        gate("a plain text", "metrics: m.json\nconditions: f1 «gate-condition»= 0.85"),
        gate("a quoted text", "metrics: m.json\ninvestigate: 'worst(«gate-condition»f1) == 0.85'"),
        gate("an expression", "metrics: m.json\nconditions: f1 >= ${{ github.ref }} &&"),
        gate("a baseline", "metrics: m.json\nconditions: f1 > 0\nbaseline: «gate-condition»production"),
        gate("a branch", "metrics: m.json\nconditions: f1 > 0\nbaseline: branch:main\nformat: «gate-condition»xml"),
        .job(
            "steps after a question", "",
            steps:
                "[{uses: slipway/gate@v1, with: {metrics: m, investigate: f1 > 0}}, {run: a, if: always()}, «?gate-order»{run: b}]"
        ),
        gate("a remark alone", "metrics: m.json\nconditions: «gate-condition»'# only a remark'"),
        gate("a remark beside a question", "metrics: m.json\nconditions: '# none yet'\ninvestigate: f1 > 0"),
        gate("no files", "metrics: «gate-condition»' '\nconditions: f1 > 0"),
        gate("no flag", "metrics: m\nconditions: f1 > 0\noverride: «gate-condition»nope"),
        gate("another", "metrics: m\nconditions: f1 > 0\nrequire-baseline: «gate-condition»maybe"),
        gate("flags", "metrics: m\nconditions: f1 > 0\noverride: False\nrequire-baseline: '${{ github.ref }}'"),
        gate("too many days", "metrics: m\nconditions: f1 > 0\nanswer-within-days: «gate-condition»999"),
        gate("days", "metrics: m\nconditions: f1 > 0\nanswer-within-days: 90\nname: quality"),
        gate("a long name", "metrics: m\nconditions: f1 > 0\nname: «gate-condition»\(String(repeating: "n", count: 101))"),
        .job(
            "a gate that may fail", "",
            steps:
                "[{uses: slipway/gate@v1, continue-on-error: «?gate-tolerated»true, with: {metrics: m, conditions: f1 > 0}}, "
                + "{run: b, continue-on-error: true}]"
        ),
        .job(
            "a job that may fail", "continue-on-error: «?gate-tolerated»true",
            steps: "[{uses: slipway/gate@v1, continue-on-error: false, with: {metrics: m, conditions: f1 > 0}}]"),
        .job("a gate that records", "", steps: "[{uses: slipway/gate@v1, with: {metrics: m}}]"),
        gate("empty conditions", "metrics: m\nconditions: «gate-condition»''"),
        .job("no metrics", "", steps: "[{uses: «gate-condition»slipway/gate@v1, with: {conditions: f1 > 0}}]"),
    ]

    @Test("what a gate can't read is found with its column, however the text is written", arguments: gates)
    func gatesAreRead(_ workflow: MarkedWorkflow) { workflow.check() }

    private static func checkout(_ name: String, on event: String, _ ref: String) -> MarkedWorkflow {
        MarkedWorkflow(
            name,
            "on: \(event)\njobs: {a: {runs-on: x, steps: [{uses: actions/checkout@v4, with: {\(ref)}}]}}\n")
    }

    static let untrustedCode: [MarkedWorkflow] = [
        checkout(
            "the head with secrets", on: "pull_request_target",
            "ref: «?untrusted-checkout»'${{ github.event.pull_request.head.sha }}'"),
        checkout("the head's branch", on: "[push, pull_request_target]", "ref: «?untrusted-checkout»'${{ github.head_ref }}'"),
        checkout(
            "the merge by its number", on: "issue_comment",
            "ref: «?untrusted-checkout»'refs/pull/${{ github.event.issue.number }}/merge'"),
        checkout(
            "the head of a followed run", on: "{workflow_run: {workflows: [ci]}}",
            "ref: «?untrusted-checkout»'${{ github.event.workflow_run.head_sha }}'"),
        checkout(
            "the fork itself", on: "pull_request_target",
            "repository: «?untrusted-checkout»'${{ github.event.pull_request.head.repo.full_name }}'"),
        checkout("the head without secrets", on: "pull_request", "ref: '${{ github.event.pull_request.head.sha }}'"),
        checkout("the base", on: "pull_request_target", "ref: '${{ github.base_ref }}'"),
    ]

    @Test("a stranger's code beside secrets is found", arguments: untrustedCode)
    func untrustedCodeIsFound(_ workflow: MarkedWorkflow) { workflow.check() }

    @Test("an action is to be named by a commit, and that is said once")
    func anActionIsToBePinned() {
        let commit = String(repeating: "a", count: 40)
        MarkedWorkflow.job(
            "pins", "",
            steps: "[{uses: «?unpinned-action»o/r@v1}, {uses: O/r@v1}, {uses: o/r@\(commit)}, {uses: actions/checkout@v4}]"
        ).check()
    }

    // MARK: Names

    static let names: [MarkedWorkflow] = [
        script("a member of a context", "echo ${{ «?unknown-reference»github.reff }}"),
        script("a member of the runner", "echo ${{ «?unknown-reference»runner.osx }}"),
        .job("a member of a step", "", steps: "[{id: a, run: x}, {if: «?unknown-reference»steps.a.output.x == 1, run: x}]"),
        MarkedWorkflow(
            "an output that no job has",
            """
            on: push
            jobs:
              a: {runs-on: x, outputs: {right: b}, steps: [{run: x}]}
              b: {needs: a, runs-on: x, env: {A: "${{ needs.a.outputs.right }}${{ «?unknown-reference»needs.a.outputs.wrong }}"}, steps: [{run: x}]}
            """),
        .job(
            "a value of the matrix",
            "strategy: {matrix: {os: [a], include: [{os: a, extra: b}]}}\nname: ${{ matrix.os }} ${{ matrix.extra }} ${{ «?unknown-reference»matrix.so }}"
        ),
        .job("a value of no matrix", "name: ${{ «?unknown-reference»matrix.os }}"),
        .job("a value of a matrix yet unknown", "strategy: {matrix: '${{ fromJSON(vars.A) }}'}\nname: ${{ matrix.os }}"),
        .on("a job that is none", "\n  workflow_call: {outputs: {a: {value: '${{ «?unknown-reference»jobs.b.outputs.c }}'}}}"),
        .job("a variable that nobody can see", "env: {«?variable-name»a b: c}"),
        .job("an input of a built-in action", "", steps: "[{uses: actions/checkout@v4, with: {«?action-input»fetch-dept: 0}}]"),
    ]

    @Test("a name that is not there is found", arguments: names)
    func namesAreChecked(_ workflow: MarkedWorkflow) { workflow.check() }

    // MARK: Bounds and forms

    static let forms: [MarkedWorkflow] = [
        .job("a script without expressions may be long", "", steps: "[{run: \(String(repeating: "x", count: 22_000))}]"),
        .job(
            "one with an expression may not", "",
            steps: "[{run: «expression-length»'${{ github.ref }} \(String(repeating: "x", count: 21_000))'}]"),
        .job("a group of an organization", "runs-on: {group: org/big}").with("    runs-on: linux\n", ""),
        .job("a group of nobody", "runs-on: {group: «runner-group»some/big}").with("    runs-on: linux\n", ""),
        .job("a password in the file", "container: {image: a, credentials: {username: b, password: «?hardcoded-secret»c}}"),
        .job("an expression as a name", "outputs: {«expression-not-allowed»'${{ github.ref }}': a}"),
        .on("an unknown key of a dispatch", " {workflow_dispatch: {«?unknown-key»input: {}}}"),
        .on("a run that follows nothing", " «?workflow-run»workflow_run"),
    ]

    @Test("bounds and forms are kept", arguments: forms)
    func formsAreChecked(_ workflow: MarkedWorkflow) { workflow.check() }

    @Test("an expression as a variable's name is an obstacle, not a mistake")
    func anExpressionAsAName() {
        let document = WorkflowReader.read(
            text: "on: push\njobs: {a: {runs-on: x, env: {'${{ github.ref }}': a}, steps: [{run: x}]}}\n", path: "ci.yml")
        #expect(document.isAccepted)
        #expect(document.plan?.jobs[0].obstacles.count == 1)
    }
}

extension MarkedWorkflow {
    /// The same workflow with other lines in place of some.
    func with(_ lines: String, _ others: String) -> MarkedWorkflow {
        var marks = self
        marks.marked = marked.replacing(lines, others)
        return marks
    }
}
