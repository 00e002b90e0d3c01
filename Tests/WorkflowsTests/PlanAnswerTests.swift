import Expressions
import Testing

@testable import Workflows

struct PlanAnswerTests {
    private static let file = """
        name: demo
        on: {push: {branches: [main]}, workflow_dispatch: {inputs: {os: {default: linux}}}}
        jobs:
          one:
            runs-on: ${{ inputs.os || 'box' }}
            strategy:
              matrix:
                v: [1, {a: x, b: [2, y]}]
                include: [{v: 3, extra: true}]
            steps:
              - {id: s, if: always(), run: "make\\ntest"}
              - uses: actions/checkout@v4
          two:
            name: second ${{ github.ref_name }}
            needs: one
            if: github.event_name == 'push'
            runs-on: [self-hosted, gpu]
            strategy: {matrix: "${{ fromJSON(needs.one.outputs.m) }}"}
            steps: [{name: go, run: x}]
        """

    private func jobs(_ answer: PlanAnswer) -> [ExpressionValue] {
        if case .array(let jobs)? = answer.value["jobs"] { jobs } else { [] }
    }

    private let document = WorkflowReader.read(text: PlanAnswerTests.file, path: "ci.yml")

    @Test("a job with a matrix is answered once per cell")
    func aMatrixIsExpanded() throws {
        let answer = PlanAnswer.plan(of: document, for: PlanRequest())
        #expect(answer.value["triggered"] == true)
        let jobs = jobs(answer)
        #expect(jobs.map { $0["name"] } == ["one (1)", "one (x, 2, y)", "one (3, true)", "second ${{ github.ref_name }}"])
        #expect(jobs.first?["matrix"] == ["v": 1])
        #expect(jobs.first?["runsOn"] == ["box"])
        #expect(jobs.first?["steps"]?[0]?["name"] == "Run make")
        #expect(jobs.first?["steps"]?[0]?["if"] == "always()")
        #expect(jobs.first?["steps"]?[1]?["kind"] == "uses")
    }

    @Test("a matrix that comes from another job stays as it is, with the reason")
    func aMatrixFromAnotherJobStays() throws {
        let last = try #require(jobs(PlanAnswer.plan(of: document, for: PlanRequest())).last)
        #expect(last["matrix"] == .null)
        #expect(last["needs"] == ["one"])
        #expect(last["problem"] != nil)
    }

    @Test("inputs have their values, and why one can't be taken; environments and variables are what is known of them")
    func inputsAndEnvironments() throws {
        let text = """
            on:
              push:
              workflow_dispatch:
                inputs:
                  stage: {type: choice, options: [test, live], default: test, description: Where to}
                  count: {type: number, required: true}
            env: {REGION: eu}
            jobs:
              deploy:
                runs-on: box
                environment: {name: "${{ inputs.stage }}", url: "https://${{ steps.out.outputs.host }}"}
                env: {TOKEN: "${{ secrets.TOKEN }}"}
                steps: [{id: out, run: make}]
            """
        let document = WorkflowReader.read(text: text, path: "ci.yml")
        let started = PlanAnswer.plan(
            of: document, for: PlanRequest(event: "workflow_dispatch", payload: ["inputs": ["stage": "live"]]))
        #expect(started.value["inputs"]?[0]?["value"] == "live" && started.value["inputs"]?[0]?["options"] == ["test", "live"])
        #expect(started.value["inputs"]?[0]?["description"] == "Where to" && started.value["inputs"]?[0]?["problem"] == nil)
        #expect(started.value["inputs"]?[1]?["problem"] == "the input \"count\" is required")
        #expect(started.value["env"] == ["REGION": "eu"])
        let job = try #require(jobs(started).first)
        #expect(job["environment"]?["name"] == "live")
        #expect(job["env"] == ["TOKEN": "${{ secrets.TOKEN }}"])
        // A push has no inputs, and what is written stands where nothing is known yet.
        #expect(PlanAnswer.plan(of: document, for: PlanRequest()).value["inputs"] == nil)
        let written = PlanAnswer.structure(of: document)
        #expect(written.value["inputs"]?[1]?["required"] == true && written.value["inputs"]?[1]?["value"] == nil)
        #expect(jobs(written).first?["environment"]?["name"] == "${{ inputs.stage }}")
    }

    @Test("an event that starts nothing is answered with its reason")
    func anEventThatStartsNothing() {
        let answer = PlanAnswer.plan(of: document, for: PlanRequest(event: "push", ref: "topic"))
        #expect(answer.value["triggered"] == false)
        #expect(answer.value["reason"] == "branch 'topic' matches none of 'main'")
        #expect(jobs(answer).isEmpty)
    }

    @Test("inputs of a dispatch come from the payload")
    func inputsComeFromThePayload() {
        let request = PlanRequest(event: "workflow_dispatch", payload: ["inputs": ["os": "arm"]])
        #expect(jobs(PlanAnswer.plan(of: document, for: request)).first?["runsOn"] == ["arm"])
    }

    @Test("changed files come from the commits of the payload")
    func changedFilesComeFromThePayload() {
        let text = "on: {push: {paths: [src/*]}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n"
        let document = WorkflowReader.read(text: text, path: "ci.yml")
        let payload: ExpressionValue = ["commits": [["added": ["src/a"], "modified": [], "removed": []]]]
        #expect(PlanAnswer.plan(of: document, for: PlanRequest(payload: payload)).value["triggered"] == true)
        let other: ExpressionValue = ["commits": [["added": [], "modified": ["doc/a"], "removed": []]]]
        #expect(PlanAnswer.plan(of: document, for: PlanRequest(payload: other)).value["triggered"] == false)
    }

    @Test("the jobs of a called workflow are named after their caller, with the inputs that it hands over")
    func calledJobsAreNamedAfterTheirCaller() throws {
        let called = """
            on: {workflow_call: {inputs: {os: {type: string}, count: {type: number, default: 2}}}}
            jobs:
              test: {runs-on: "${{ inputs.os }}", name: "Test ${{ inputs.count + 0 }}", steps: [{run: x}]}
              pack: {runs-on: box, needs: test, strategy: {matrix: {v: [1, 2]}}, steps: [{run: x}]}
            """.replacing(" + 0", with: "")
        let text = """
            on: push
            jobs:
              build:
                strategy: {matrix: {os: [arm, x86]}}
                uses: ./.github/workflows/called.yml
                with: {os: "${{ matrix.os }}"}
            """
        let document = WorkflowReader.read(text: text, path: "ci.yml", calls: LocalCalledWorkflows { _ in called })
        let jobs = jobs(PlanAnswer.plan(of: document, for: PlanRequest()))
        #expect(jobs.map { $0["name"] } == ["build (arm)", "build (x86)"])
        guard case .array(let inner)? = jobs[1]["call"]?["jobs"] else { return #expect(Bool(false), "\(jobs)") }
        #expect(inner.map { $0["name"] } == ["build (x86) / Test 2", "build (x86) / pack (1)", "build (x86) / pack (2)"])
        #expect(inner.first?["runsOn"] == ["x86"])
        let structure = self.jobs(PlanAnswer.structure(of: document))
        #expect(structure.map { $0["id"] } == ["build"])
        #expect(structure.first?["call"]?["jobs"]?[1]?["name"] == "build / pack")
    }

    @Test("steps inside a group, and in the background, are shown as such")
    func groupedStepsAreShown() {
        let text =
            "on: push\njobs: {a: {runs-on: x, steps: [{id: b, run: x, background: true}, {parallel: [{run: y}]}, {wait: b}]}}\n"
        let job = jobs(PlanAnswer.structure(of: WorkflowReader.read(text: text, path: "ci.yml"))).first
        #expect(job?["steps"]?[0]?["background"] == true)
        #expect(job?["steps"]?[1]?["steps"]?[0]?["run"] == "y")
        #expect(job?["steps"]?[2]?["kind"] == "control")
    }

    @Test("the structure has one entry per job as written")
    func theStructureIsAsWritten() {
        let jobs = jobs(PlanAnswer.structure(of: document))
        #expect(jobs.map { $0["id"] } == ["one", "two"])
        #expect(jobs.first?["name"] == "one")
        #expect(jobs.first?["matrix"] == .null)
    }

    @Test("a file with mistakes is answered with them")
    func aFileWithMistakesIsAnsweredWithThem() {
        let answer = PlanAnswer.structure(of: WorkflowReader.read(text: "on: push\n", path: "ci.yml"))
        #expect(!answer.isAccepted)
        #expect(answer.value["diagnostics"]?[0]?["rule"] == "missing-key")
        let check = CheckAnswer([WorkflowReader.read(text: "on: push\n", path: "ci.yml")])
        #expect(!check.isAccepted)
        #expect(check.value["files"]?[0]?["verdict"] == "reject")
    }
}
