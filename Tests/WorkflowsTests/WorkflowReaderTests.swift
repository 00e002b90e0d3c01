import Diagnostics
import Testing

@testable import Workflows

struct WorkflowReaderTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        /// `line:column rule` of every error, and of warnings other than `ignored` and `unsupported` with `?` in front.
        let found: [String]

        init(_ name: String, _ found: [String], _ text: String) {
            self.name = name
            self.found = found
            self.text = text
        }

        var testDescription: String { name }
    }

    /// A job with these steps, from line 4 on.
    private static func job(_ rest: String) -> String {
        "on: push\njobs:\n  build:\n    runs-on: linux\n" + rest.split(separator: "\n").map { "    \($0)\n" }.joined()
    }

    private static let steps = "steps: [{run: make}]\n"

    static let structure: [Row] = [
        Row("nothing", ["1:1 empty-file"], ""),
        Row("a list at the top", ["1:1 unexpected-kind"], "- on\n"),
        Row("no on and no jobs", ["1:1 missing-key", "1:1 missing-key"], "name: x\n"),
        Row("no jobs in jobs", ["2:7 no-jobs"], "on: push\njobs: {}\n"),
        Row(
            "misspelled keys at three levels", ["1:1 unknown-key", "5:5 unknown-key", "6:15 unknown-key"],
            "nam: x\non: push\njobs:\n  a:\n    nedds: b\n    steps: [{rum: x, run: y}]\n    runs-on: x\n"),
        Row("a job that is text", ["3:6 unexpected-kind"], "on: push\njobs:\n  a: text\n"),
        Row("a job with nothing", ["3:3 no-steps", "3:6 missing-key"], "on: push\njobs:\n  a: {name: x}\n"),
        Row("no runs-on", ["4:5 missing-key"], "on: push\njobs:\n  a:\n    steps: [{run: x}]\n"),
        Row("no steps", ["3:3 no-steps"], "on: push\njobs:\n  a:\n    runs-on: x\n"),
        Row("empty steps", ["5:5 no-steps"], job("steps: []")),
        Row("steps that are a mapping", ["6:7 unexpected-kind"], job("steps:\n  run: x")),
        Row("an empty runs-on", ["4:13 empty-value"], "on: push\njobs:\n  a:\n    runs-on: ''\n    steps: [{run: x}]\n"),
        Row("a step without work", ["5:13 step-without-work"], job("steps: [ {name: x}]")),
        Row("a step with two works", ["5:22 misplaced-key"], job("steps: [{run: x, uses: a/b@v1}]")),
        Row("inputs for a script", ["5:22 misplaced-key"], job("steps: [{run: x, with: {a: b}}]")),
        Row("a shell for an action", ["5:29 misplaced-key"], job("steps: [{uses: a/b@v1, shell: bash}]")),
        Row(
            "a call with steps", ["3:18 misplaced-key"],
            "on: push\njobs:\n  a: {runs-on: x, uses: ./.github/workflows/b.yml, steps: [{run: x}]}\n"),
        Row(
            "a call with variables", ["3:41 misplaced-key"],
            "on: push\njobs:\n  a: {uses: ./.github/workflows/b.yml, env: {A: b}}\n"),
        Row("a timeout in words", ["5:18 unexpected-kind"], job("timeout-minutes: long\n" + steps)),
        Row("a timeout in quotes", ["5:18 unexpected-kind"], job("timeout-minutes: '5'\n" + steps)),
        Row("a boolean in words", ["5:20 unexpected-kind"], job("continue-on-error: yes\n" + steps)),
        Row("variables in a list", ["5:6 unexpected-kind"], job("env: [A]\n" + steps)),
        Row("a variable that is a list", ["5:10 unexpected-kind"], job("env: {A: [b]}\n" + steps)),
        Row("variables that differ in case only", ["5:13 duplicate-key"], job("env: {A: b, a: c}\n" + steps)),
        Row("no variables", ["5:5 unexpected-kind"], job("env:\n" + steps)),
        Row("a permission that is none", ["5:29 unknown-value"], job("permissions: {contents: all}\n" + steps)),
        Row("a scope that is none", ["5:19 unknown-key"], job("permissions: {content: read}\n" + steps)),
        Row("an environment without name", ["5:18 missing-key"], job("environment: {url: x}\n" + steps)),
        Row("a container without image", ["5:16 missing-key"], job("container: {env: {A: b}}\n" + steps)),
    ]

    static let triggers: [Row] = [
        Row("an event that is none", ["1:5 unknown-event"], "on: pusch\n" + jobs),
        Row("events that are none", ["1:12 unknown-event", "1:18 unknown-event"], "on: [push, comit, tag]\n" + jobs),
        Row("a filter that the event has not", ["3:5 unknown-key"], "on:\n  pull_request:\n    tags: [v1]\n" + jobs),
        Row("an activity that is none", ["1:28 unknown-activity"], "on: {pull_request: {types: open}}\n" + jobs),
        Row(
            "a filter and its opposite", ["4:5 filter-conflict"],
            "on:\n  push:\n    branches: [a]\n    branches-ignore: [b]\n" + jobs),
        Row("a broken pattern", ["1:26 filter-pattern"], "on: {push: {branches: ['a[']}}\n" + jobs),
        Row("a pattern that matches nothing", ["?1:23 filter-pattern"], "on: {push: {branches: [/a]}}\n" + jobs),
        Row("only exclusions", ["?1:13 filter-pattern"], "on: {push: {branches: ['!a']}}\n" + jobs),
        Row("a schedule without list", ["1:16 unexpected-kind"], "on: {schedule: {cron: 0 0 * * *}}\n" + jobs),
        Row("a wrong cron", ["1:24 schedule"], "on: {schedule: [{cron: 0 25 * * *}]}\n" + jobs),
        Row(
            "a wrong time zone", ["1:45 schedule"],
            "on: {schedule: [{cron: 0 2 * * *, timezone: Berlin}]}\n" + jobs),
        Row(
            "an input of an unknown type", ["4:18 unknown-value"],
            "on:\n  workflow_dispatch:\n    inputs:\n      level: {type: text}\n" + jobs),
        Row(
            "a choice without options", ["4:7 input"],
            "on:\n  workflow_dispatch:\n    inputs:\n      level: {type: choice}\n" + jobs),
        Row(
            "defaults of the wrong type", ["4:35 input-default", "5:34 input-default"],
            "on:\n  workflow_dispatch:\n    inputs:\n      a: {type: boolean, default: maybe}\n"
                .replacing("a: {type: boolean, ", with: "a: {type: boolean,  ")
                + "      b: {type: number,  default: many}\n" + jobs),
        Row(
            "a called input without type", ["4:10 missing-key"],
            "on:\n  workflow_call:\n    inputs:\n      a: {default: x}\n" + jobs),
        Row(
            "a called output without value", ["4:10 missing-key"],
            "on:\n  workflow_call:\n    outputs:\n      a: {description: x}\n" + jobs),
    ]

    private static let jobs = "jobs: {a: {runs-on: x, steps: [{run: make}]}}\n"

    static let graph: [Row] = [
        Row("a need that is none", ["3:29 unknown-job"], two("needs: [b, c]", "name: x")),
        Row("a job that needs itself", ["3:25 cyclic-needs"], two("needs: a", "name: x")),
        Row("jobs that need each other", ["3:25 cyclic-needs"], two("needs: b", "needs: [a]")),
        Row("needs in another case", [], two("needs: B", "name: x")),
        Row("an id of a job", ["2:3 identifier"], "jobs:\n  1a: {runs-on: x, steps: [{run: x}]}\non: push\n"),
        Row("a reserved id", ["2:3 identifier"], "jobs:\n  __a: {runs-on: x, steps: [{run: x}]}\non: push\n"),
        Row(
            "ids of steps", ["5:17 identifier", "5:51 duplicate-step-id"],
            job("steps: [{id: a.b, run: x}, {id: c, run: x}, {id: C, run: x}]")),
    ]

    private static func two(_ first: String, _ second: String) -> String {
        "on: push\njobs:\n  a: {runs-on: linux,    \(first), steps: [{run: x}]}\n"
            .replacing(",    ", with: ",\(String(repeating: " ", count: 0)) ")
            + "  b: {runs-on: linux, \(second), steps: [{run: x}]}\n"
    }

    static let expressions: [Row] = [
        Row("an expression that is not closed", ["5:17 expression-syntax"], job("steps: [{run: '${{ a'}]".replacing("'", with: "\""))),
        Row("a wrong operator", ["5:36 expression-syntax"], job("steps: [{run: \"echo ${{ github.ref + 1 }}\"}]")),
        Row("a function that is none", ["5:23 expression-syntax"], job("steps: [{run: \"x ${{ ende(1) }}\"}]")),
        Row("a context that is none", ["5:23 unknown-context"], job("steps: [{run: \"x ${{ gitub.ref }}\"}]")),
        Row(
            "in a block, at its place", ["7:17 unknown-context"],
            job("steps:\n  - run: |\n      echo ${{ gitub.ref }}")),
        Row("an if without braces", ["5:14 unknown-context"], job("steps: [{if: gitub.ref, run: x}]")),
        Row("an if that ends too early", ["5:5 expression-syntax"], job("if: github.ref ==\n" + steps)),
        Row("steps before the job", ["5:12 context-availability"], job("name: ${{ steps.a.outcome }}\n" + steps)),
        Row("secrets in a condition", ["5:14 context-availability"], job("steps: [{if: secrets.A, run: x}]")),
        Row("the matrix in a job's condition", ["5:9 context-availability"], job("if: matrix.a\n" + steps)),
        Row("status outside a condition", ["5:18 function-availability"], job("steps: [{run: \"${{ failure() }}\"}]".replacing("run: \"${{", with: "run: ${{").replacing("}}\"", with: "}}"))),
        Row("files before the job", ["5:12 function-availability"], job("name: ${{ hashFiles('a') }}\n" + steps)),
        Row("an expression in an id", ["5:18 expression-not-allowed"], job("steps: [{run: x, id: \"${{ 1 }}\"}]".replacing("run: x, id", with: "id").replacing("}\"}", with: "}\", run: x}"))),
        Row("text beside braces", ["?5:9 constant-condition"], job("if: ${{ github.ref }} == 'x'\n" + steps)),
        Row("an unknown step", ["?5:18 unknown-reference"], job("steps: [{if: steps.a.outcome, run: x}]".replacing("if: steps", with: "if: '' || steps").replacing("'' || ", with: "")).replacing("5:18", with: "")),
        Row(
            "a stranger's text", ["?5:23 untrusted-text"], job("steps: [{run: \"x ${{ github.head_ref }}\"}]")),
        Row("an old log command", ["?5:24 deprecated-command"], job("steps: [{run: 'echo ::set-output name=a::b'}]")),
    ]

    static let parts: [Row] = [
        Row("a shell that is none", ["5:29 unknown-shell"], job("steps: [{run: x, shell: fish}]".replacing("run: x, ", with: "run: x, "))),
        Row("a shell of one's own", [], job("steps: [{run: x, shell: 'perl {0}'}]")),
        Row("an action without version", ["5:19 action-reference"], job("steps: [{uses: a/b}]")),
        Row("an action by path", [], job("steps: [{uses: ./tools/a}, {uses: 'docker://busybox'}, {uses: a/b/c@main}]")),
        Row(
            "a called file elsewhere", ["3:12 action-reference"], "on: push\njobs:\n  a: {uses: ./b.yml}\n"),
        Row("an axis without values", ["5:27 matrix"], job("strategy: {matrix: {a:  []}}\n" + steps)),
        Row("an axis that is no list", ["5:28 unexpected-kind"], job("strategy: {matrix: {a:   x}}\n" + steps)),
        Row(
            "an exclusion of no axis", ["5:45 matrix"],
            job("strategy: {matrix: {a: [1], exclude: [  {b: 1}]}}\n" + steps)),
        Row(
            "too many jobs", ["5:16 matrix"],
            job("strategy: {matrix: {a: \(list(17)), b: \(list(16))}}\n" + steps)),
        Row(
            "as many jobs as there may be", [], job("strategy: {matrix: {a: \(list(16)), b: \(list(16))}}\n" + steps)),
        Row("a matrix from another job", [], job("strategy: {matrix: \"${{ fromJSON('{}') }}\"}\n" + steps)),
    ]

    private static func list(_ count: Int) -> String { "[\((1...count).map(String.init).joined(separator: ", "))]" }

    @Test("a mistake in the structure is found at its place", arguments: structure)
    func structureIsChecked(_ row: Row) { check(row) }

    @Test("a mistake in the triggers is found at its place", arguments: triggers)
    func triggersAreChecked(_ row: Row) { check(row) }

    @Test("a mistake in ids and needs is found at its place", arguments: graph)
    func graphIsChecked(_ row: Row) { check(row) }

    @Test("a mistake in an expression is found at its place", arguments: expressions)
    func expressionsAreChecked(_ row: Row) { check(row) }

    @Test("a mistake in shells, actions and matrices is found at its place", arguments: parts)
    func partsAreChecked(_ row: Row) { check(row) }

    private func check(_ row: Row) {
        let document = WorkflowReader.read(text: row.text, path: "ci.yml")
        let found = document.diagnostics.filter { !["ignored", "unsupported"].contains($0.rule) }
        let short = found.map { "\($0.severity == .warning ? "?" : "")\($0.line):\($0.column) \($0.rule)" }
        #expect(
            short.sorted() == row.found.sorted(), "\n\(row.text)\n\(found.map { "\($0.line):\($0.column) \($0.message)" })")
        #expect(document.isAccepted == row.found.allSatisfy { $0.hasPrefix("?") })
    }
}
