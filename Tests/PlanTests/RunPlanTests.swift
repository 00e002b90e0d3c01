import Diagnostics
import Expressions
import FoundationEssentials
import Plan
import Testing

struct RunPlanTests {
    private static func template(_ source: String) throws -> Template { try Template(parsing: source) }

    private static func plan() throws -> RunPlan {
        let position = SourcePosition(line: 7, column: 9)
        let script = StepPlan(
            id: "test", name: try template("Test ${{ matrix.python }}"), condition: try Condition(parsing: "always()"),
            environment: [
                NamedTemplate(name: "B", value: try template("${{ env.A }}")),
                NamedTemplate(name: "A", value: Template(literal: "${{")),
            ],
            continueOnError: try template("${{ matrix.experimental }}"), timeoutMinutes: Template(literal: "5"),
            work: .script(
                Script(
                    text: Template(literal: "make\nmake test\n"), shell: Template(literal: "bash"),
                    workingDirectory: Template(literal: "src"))),
            position: position)
        let action = StepPlan(
            work: .action(
                ActionCall(
                    reference: "actions/checkout@v4",
                    inputs: [NamedTemplate(name: "ref", value: try template("${{ github.sha }}"))])))
        let matrix = TemplateTree.object([
            .init(name: "python", value: .array([.value("3.9"), .template(try template("${{ vars.PYTHON }}"))])),
            .init(name: "z", value: .value(["a": [true, nil], "b": 1])),
        ])
        let job = JobPlan(
            key: "test", name: try template("Test ${{ matrix.python }}"), needs: ["build", "lint"],
            condition: try Condition(parsing: "${{ github.ref == 'refs/heads/main' }}"),
            strategy: StrategyPlan(matrix: matrix, failFast: Template(literal: "false"), maxParallel: Template(literal: "2")),
            runsOn: [Template(literal: "ubuntu-latest")], environment: [NamedTemplate(name: "E", value: Template(literal: "1"))],
            defaults: StepDefaults(shell: Template(literal: "sh"), workingDirectory: Template(literal: "/")),
            outputs: [NamedTemplate(name: "o", value: try template("${{ steps.test.outputs.o }}"))],
            timeoutMinutes: Template(literal: "30"), continueOnError: Template(literal: "true"), steps: [script, action],
            obstacles: [Diagnostic(rule: "r", message: "m", file: "f", range: SourceRange(line: 1, column: 2))],
            position: position)
        return RunPlan(
            name: "CI", path: ".github/workflows/ci.yml", title: try template("Run ${{ github.actor }}"),
            environment: [NamedTemplate(name: "X", value: Template(literal: ""))], jobs: [job, JobPlan(key: "build")],
            notices: [Diagnostic(severity: .warning, rule: "r", message: "m", file: "f", range: SourceRange(line: 1, column: 1))])
    }

    @Test("a plan is the same after it was stored and read again")
    func roundTrip() throws {
        let plan = try Self.plan()
        let decoded = try JSONDecoder().decode(RunPlan.self, from: JSONEncoder().encode(plan))
        #expect(decoded == plan)
        // Equality of templates is that of their sources: what they yield has to be the same, too.
        let environment = decoded.jobs[0].steps[0].environment
        #expect(try environment[1].value.text(in: EvaluationContext(contexts: [:])) == "${{")
    }

    @Test("a step without a name is shown by its work")
    func displayName() throws {
        let steps = try Self.plan().jobs[0].steps
        #expect(steps[0].displayName == "Test ${{ matrix.python }}")
        #expect(steps[1].displayName == "Run actions/checkout@v4")
        let script = StepPlan(work: .script(Script(text: Template(literal: "\nmake all\nmake test"))))
        #expect(script.displayName == "Run make all")
    }

    @Test("what a plan can't do is gathered from its jobs")
    func obstacles() throws {
        #expect(try Self.plan().obstacles.count == 1)
    }

    @Test("a run and its jobs are the same after they were stored and read again")
    func runRoundTrip() throws {
        let date = Date(timeIntervalSinceReferenceDate: 1000.5)
        let run = Run(
            id: 3, eventID: 2, number: 7, repository: "app", workflow: "CI", workflowPath: "ci.yml", title: "t", event: "push",
            ref: "refs/heads/main", commit: "c", actor: "a", attempt: 2, status: .running, reason: "r",
            cancelReason: "cancelled by ada", createdAt: date, startedAt: date)
        #expect(try JSONDecoder().decode(Run.self, from: JSONEncoder().encode(run)) == run)
        let job = Job(
            id: 1, runID: 3, key: "k", name: "n", matrix: ["a": "x", "b": 1], cellIndex: 1, cellCount: 2, needs: ["x"],
            status: .completed, conclusion: .timedOut, createdAt: date, outputs: ["a": "2", "z": "1"], continuesOnError: true)
        let decoded = try JSONDecoder().decode(Job.self, from: JSONEncoder().encode(job))
        #expect(decoded == job)
        #expect(decoded.effectiveConclusion == .success)
    }
}
