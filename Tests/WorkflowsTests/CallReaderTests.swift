import Diagnostics
import Expressions
import Plan
import Testing

@testable import Workflows

struct CallReaderTests {
    private static let files = [
        ".github/workflows/build.yml": """
        on:
          workflow_call:
            inputs: {target: {type: string, required: true}, count: {type: number}}
            secrets: {token: {required: true}}
        permissions: {contents: write}
        jobs: {a: {runs-on: x, steps: [{run: make}]}}
        """,
        ".github/workflows/plain.yml": "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
        ".github/workflows/broken.yml": "on: workflow_call\njobs: {}\n",
        ".github/workflows/round.yml": "on: workflow_call\njobs: {a: {uses: ./.github/workflows/round.yml}}\n",
        ".github/workflows/passes-on.yml": """
        on: {workflow_call: {secrets: {token: }}}
        jobs: {a: {uses: ./.github/workflows/build.yml, with: {target: a}, secrets: inherit}}
        """,
    ]

    struct Call: Sendable {
        let job: String
        /// A part of each message.
        let found: [String]
    }

    @Test(
        "a call is held to what the called file declares",
        arguments: [
            Call(job: "uses: ./.github/workflows/build.yml, with: {target: a, count: 2}, secrets: inherit", found: []),
            Call(job: "uses: ./.github/workflows/build.yml, with: {target: a}, secrets: {token: x}", found: []),
            Call(
                job: "uses: ./.github/workflows/build.yml, with: {Target: a, count: '${{ fromJSON(1) }}'}, secrets: inherit",
                found: []),
            Call(
                job: "uses: ./.github/workflows/build.yml, with: {tarjet: a, count: x}, secrets: {tokn: x}",
                found: [
                    "needs the input \"target\"", "needs the secret \"token\"", "did you mean \"target\"", "is a number",
                    "declares no secret \"tokn\"",
                ]),
            Call(
                job: "uses: ./.github/workflows/build.yml, with: {target: a}, secrets: inherit, permissions: {contents: read}",
                found: ["asks for \"contents: write\""]),
            Call(
                job: "uses: ./.github/workflows/passes-on.yml, permissions: {contents: read}",
                found: ["the job \"a\" of \".github/workflows/build.yml\" asks for \"contents: write\""]),
            Call(job: "uses: ./.github/workflows/none.yml", found: ["there is no file"]),
            Call(job: "uses: ./.github/workflows/plain.yml", found: ["no \"workflow_call\""]),
            Call(job: "uses: ./.github/workflows/broken.yml", found: ["line 2, column 7"]),
            Call(job: "uses: ./.github/workflows/round.yml", found: ["it calls itself"]),
            Call(job: "uses: other/repository/.github/workflows/build.yml@v1", found: []),
        ])
    func aCallIsHeldToWhatIsDeclared(_ call: Call) {
        let document = WorkflowReader.read(
            text: "on: push\njobs:\n  call: {\(call.job)}\n", path: "ci.yml", calls: LocalCalledWorkflows { Self.files[$0] })
        let errors = document.diagnostics.filter { $0.severity == .error }
        #expect(errors.count == call.found.count, "\(errors.map(\.message))")
        for part in call.found {
            #expect(errors.contains { $0.message.contains(part) }, "\(part) in \(errors.map(\.message))")
        }
        #expect(errors.allSatisfy { $0.line == 3 && $0.column > 9 })
    }

    // MARK: Chains and circles

    /// Files `1.yml`, `2.yml`, …, each calling the next by these jobs, the last one with a job of its own.
    private static func chain(_ count: Int, jobs: [String] = ["a"]) -> LocalCalledWorkflows {
        LocalCalledWorkflows { path in
            guard let number = path.split(separator: "/").last?.split(separator: ".").first.flatMap({ Int($0) }) else {
                return nil
            }
            let call = "{uses: ./.github/workflows/\(number + 1).yml}"
            let job = number == count ? "{runs-on: x, steps: [{run: make}]}" : call
            return "on: workflow_call\njobs: {\(jobs.map { "\($0): \(job)" }.joined(separator: ", "))}\n"
        }
    }

    private static let first = "on: push\njobs: {call: {uses: ./.github/workflows/1.yml}}\n"

    @Test("ten workflows may call each other, eleven may not")
    func levelsAreBounded() throws {
        let deepest = WorkflowReader.read(text: Self.first, path: "ci.yml", calls: Self.chain(9))
        #expect(deepest.isAccepted, "\(deepest.diagnostics.map(\.message))")
        var plan = try #require(deepest.plan)
        for _ in 1...9 { plan = try #require(plan.jobs.first?.call?.plan) }
        #expect(plan.jobs.first?.steps.count == 1)
        for count in [10, 60, 5_000] {
            let document = WorkflowReader.read(text: Self.first, path: "ci.yml", calls: Self.chain(count))
            let errors = document.diagnostics.filter { $0.severity == .error }
            #expect(errors.contains { $0.line == 2 && $0.message.contains("deeper than 10 levels") }, "\(errors)")
        }
    }

    @Test("files that call each other many times at each level are refused before they are multiplied")
    func jobsAreBounded() {
        let document = WorkflowReader.read(
            text: Self.first, path: "ci.yml", calls: Self.chain(9, jobs: ["a", "b", "c", "d", "e", "f", "g", "h"]))
        #expect(document.diagnostics.contains { $0.message.contains("more than 1000 jobs") })
        #expect(document.plan == nil)
    }

    @Test("a circle is named in full")
    func aCircleIsNamed() throws {
        let calls = LocalCalledWorkflows { path in
            "on: workflow_call\njobs: {a: {uses: ./.github/workflows/\(path.hasSuffix("1.yml") ? 2 : 1).yml}}\n"
        }
        let document = WorkflowReader.read(text: Self.first, path: "ci.yml", calls: calls)
        let message = try #require(document.diagnostics.first { $0.severity == .error }?.message)
        #expect(
            message.contains(
                "\"./.github/workflows/1.yml\" calls \"./.github/workflows/2.yml\" calls \"./.github/workflows/1.yml\""))
    }

    @Test("fifty different workflows may be called, not more")
    func differentWorkflowsAreBounded() {
        func calls(_ count: Int) -> WorkflowDocument {
            let jobs = (1...count).map { "  j\($0): {uses: ./.github/workflows/\($0).yml}\n" }.joined()
            let called = LocalCalledWorkflows { _ in "on: workflow_call\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n" }
            return WorkflowReader.read(text: "on: push\njobs:\n\(jobs)", path: "ci.yml", calls: called)
        }
        #expect(calls(50).isAccepted)
        #expect(calls(51).diagnostics.contains { $0.message.contains("51 different workflows are called") })
    }

    // MARK: Other repositories

    /// Files of other repositories by their full reference, as they are asked for.
    private final class Elsewhere: CalledWorkflows {
        var files: [String: String] = [:]
        var failure: CalledWorkflowFailure?
        private(set) var asked: [String] = []

        func text(
            of reference: String, callerReference: String?
        ) throws(CalledWorkflowFailure) -> (text: String, path: String, commit: String?) {
            asked.append("\(reference) in \(callerReference ?? "this repository")")
            if let failure { throw failure }
            guard let text = files[reference] else { throw .missing("the repository has no such file") }
            return (text, ".github/workflows/x.yml", "c0ffee")
        }
    }

    @Test("a file beside a remote one is looked for in its repository, at its ref")
    func aFileBesideARemoteOne() throws {
        let elsewhere = Elsewhere()
        elsewhere.files = [
            "o/r/.github/workflows/a.yml@v1": "on: workflow_call\njobs: {a: {uses: ./.github/workflows/b.yml}}\n",
            "./.github/workflows/b.yml": "on: workflow_call\njobs: {a: {uses: ./.github/workflows/c.yml}}\n",
            "./.github/workflows/c.yml": "on: workflow_call\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
        ]
        let text = "on: push\njobs:\n  a: {uses: o/r/.github/workflows/a.yml@v1}\n  b: {uses: o/r/.github/workflows/a.yml@v1}\n"
        let document = WorkflowReader.read(text: text, path: "ci.yml", calls: elsewhere)
        #expect(document.isAccepted, "\(document.diagnostics.map(\.message))")
        #expect(
            elsewhere.asked == [
                "o/r/.github/workflows/a.yml@v1 in this repository",
                "./.github/workflows/b.yml in o/r/.github/workflows/a.yml@v1",
                "./.github/workflows/c.yml in o/r/.github/workflows/b.yml@v1",
            ])
        let call = try #require(document.plan?.jobs.first?.call)
        #expect(call.commit == "c0ffee")
        #expect(call.reference == "o/r/.github/workflows/a.yml@v1")
    }

    @Test("what is not there is the file's mistake, what can't be had is not")
    func failuresAreToldApart() throws {
        let elsewhere = Elsewhere()
        func read() -> WorkflowDocument {
            WorkflowReader.read(
                text: "on: push\njobs: {a: {uses: o/r/.github/workflows/a.yml@v1}}\n", path: "ci.yml", calls: elsewhere)
        }
        #expect(!read().isAccepted)
        elsewhere.failure = .unavailable("the server does not answer")
        let unavailable = read()
        #expect(unavailable.isAccepted)
        let plan = try #require(unavailable.plan)
        #expect(plan.jobs[0].obstacles.contains { $0.message.contains("the server does not answer") && $0.line == 2 })
        #expect(Set(plan.jobs[0].obstacles).isSubset(of: unavailable.diagnostics))
        elsewhere.failure = .notFollowed
        let unread = read()
        #expect(unread.diagnostics.allSatisfy { !$0.message.contains("was not read") })
        #expect(unread.plan?.jobs[0].obstacles.contains { $0.message.contains("was not read") } == true)
    }

    // MARK: Plans

    @Test("a call is lowered with what is handed over and what is declared")
    func aCallIsLowered() throws {
        let called = """
            name: called
            on:
              workflow_call:
                inputs: {flag: {type: boolean, default: true}, who: {type: string, required: true}, n: {type: number}}
                secrets: {key: }
                outputs: {result: {value: '${{ jobs.a.outputs.r }}'}}
            env: {A: b}
            jobs: {a: {runs-on: x, outputs: {r: x}, steps: [{run: make, shell: cmd}]}}
            """
        let text = """
            on: push
            jobs:
              call:
                uses: ./.github/workflows/called.yml
                with: {who: "${{ github.actor }}", n: 3}
                secrets: {key: "${{ secrets.KEY }}"}
            """
        let document = WorkflowReader.read(text: text, path: "ci.yml", calls: LocalCalledWorkflows { _ in called })
        let job = try #require(document.plan?.jobs.first)
        let call = try #require(job.call)
        #expect(call.plan.name == "called")
        #expect(call.plan.path == ".github/workflows/called.yml")
        #expect(call.plan.environment.map(\.name) == ["A"])
        #expect(call.arguments.map(\.name) == ["who", "n"])
        #expect(call.inputs.map(\.kind) == [.boolean, .string, .number])
        #expect(call.inputs.map(\.isRequired) == [false, true, false])
        #expect(call.inputs.map(\.defaultValue?.source) == ["true", nil, nil])
        #expect(call.outputs.map(\.value.source) == ["${{ jobs.a.outputs.r }}"])
        guard case .named(let secrets) = call.secrets else { return #expect(Bool(false), "\(call.secrets)") }
        #expect(secrets.map(\.value.source) == ["${{ secrets.KEY }}"])
        #expect(job.obstacles.contains { $0.line == 4 && $0.message.contains("line 8, column 68: the shell \"cmd\"") })
    }
}

/// What is known of the actions of a file's own repository.
struct LocalActionTests {
    private static let files = [
        "tools/a/action.yml": """
        name: a
        description: b
        inputs: {who: {required: true}, how: {default: x}}
        outputs: {text: {description: c, value: d}}
        runs: {using: composite, steps: []}
        """,
        "action.yaml": "name: a\ndescription: b\nruns: {using: docker, image: Dockerfile}\n",
        "broken/action.yml": "name: a\ndescription: b\nruns: {using: ruby, main: x}\n",
    ]

    private static func steps(_ name: String, _ steps: String) -> MarkedWorkflow { .job(name, "", steps: "[\(steps)]") }

    static let rows: [MarkedWorkflow] = [
        steps("what is declared", "{id: s, uses: ./tools/a/, with: {Who: x}}, {run: \"${{ steps.s.outputs.text }}\"}"),
        steps("an input that is not", "{uses: $/tools/a, with: {who: x, «?action-input»hov: y}}"),
        steps("an input that is missing", "{uses: «?action-input»./tools/a}"),
        steps("inputs yet unknown", "{uses: ./tools/a, with: \"${{ fromJSON(vars.A) }}\"}"),
        steps(
            "an output that is not",
            "{id: s, uses: ./tools/a, with: {who: x}}, {run: \"${{ «?unknown-reference»steps.s.outputs.test }}\"}"),
        steps("arguments of a container", "{uses: ./, with: {args: a, entrypoint: b, «?action-input»c: d}}"),
        steps("an action with mistakes", "{uses: «?local-action»./broken}"),
        steps("an action that comes later", "{uses: ./elsewhere}, {uses: ./../outside}"),
    ]

    @Test("a local action is given and asked for what it declares", arguments: rows)
    func aLocalActionIsHeldToItsMetadata(_ row: MarkedWorkflow) {
        let document = WorkflowReader.read(
            text: row.marked.text, path: "ci.yml", calls: LocalCalledWorkflows { Self.files[$0] })
        row.marked.check(document.diagnostics, isAccepted: document.isAccepted)
    }
}
