import Execution
import Expressions
import Plan
import Store
import Testing

@testable import Scheduling

struct SecretHandoverTests {
    private static let secrets = [
        "TOKEN": "t", "OTHER": "o", "UNUSED": "u", "ACTIONS_STEP_DEBUG": "true", "DEPLOY": "d",
    ]

    private static func templates(_ texts: KeyValuePairs<String, String>) throws -> [NamedTemplate] {
        try texts.map { NamedTemplate(name: $0.key, value: try Template(parsing: $0.value)) }
    }

    /// A job whose step uses `text`, called through workflows with these secrets, the outermost first.
    private static func start(_ text: String, calls: [WorkflowCallPlan.Secrets] = []) throws -> JobStart {
        let step = StepPlan(work: .script(Script(text: try Template(parsing: text))))
        var plan = RunPlan(name: "w", path: "w.yml", jobs: [JobPlan(key: "job", steps: [step])])
        for secrets in calls.reversed() {
            var call = WorkflowCallPlan(reference: "./w.yml", plan: plan, secrets: secrets)
            call.inputs = [WorkflowCallPlan.Input(name: "stage", kind: .string)]
            call.arguments = try templates(["stage": "prod"])
            plan = RunPlan(name: "w", path: "w.yml", jobs: [JobPlan(key: "call", call: call)])
        }
        var trial = MachineTrial(MachineTrial.state(plan))
        return try #require(trial.machine.nextStartable().flatMap { trial.machine.start(of: $0) })
    }

    private static func values(_ start: JobStart) throws -> [String: String] {
        let handover = SecretHandover(start)
        return try handover.hand(secrets.filter { handover.needed.contains($0.key) }).values
    }

    @Test("a job gets the secrets that its expressions name, and the one that asks for debugging")
    func named() throws {
        #expect(
            try Self.values(Self.start("echo ${{ secrets.token }} ${{ secrets['other'] }}")) == [
                "TOKEN": "t", "OTHER": "o", "ACTIONS_STEP_DEBUG": "true",
            ])
        #expect(try Self.values(Self.start("echo")) == ["ACTIONS_STEP_DEBUG": "true"])
        #expect(try Self.values(Self.start("${{ toJSON(secrets) }}")) == Self.secrets)
    }

    @Test("every part of a job that its worker evaluates counts")
    func everyPart() throws {
        func template(_ name: String) throws -> Template { try Template(parsing: "${{ secrets.\(name) }}") }
        func script(_ name: String) throws -> StepPlan { StepPlan(work: .script(Script(text: try template(name)))) }
        var start = try Self.start("echo")
        start.plan.environment = [NamedTemplate(name: "E", value: try template("A")), .mapping(try template("B"))]
        start.plan.jobs[0] = JobPlan(
            key: "job", environment: [NamedTemplate(name: "E", value: try template("C"))],
            defaults: StepDefaults(shell: try template("D"), workingDirectory: try template("E")),
            outputs: [NamedTemplate(name: "o", value: try template("F"))], timeoutMinutes: try template("G"),
            continueOnError: try template("H"),
            steps: [
                StepPlan(work: .parallel([try script("I"), StepPlan(work: .parallel([try script("J")]))])),
                StepPlan(
                    name: try template("K"), condition: try Condition(parsing: "secrets.L != ''"),
                    work: .action(ActionCall(reference: "a", inputs: [NamedTemplate(name: "i", value: try template("M"))]))),
            ],
            container: .object([
                .init(name: "credentials", value: .object([.init(name: "password", value: .template(try template("N")))]))
            ]),
            services: .object([.init(name: "db", value: .array([.template(try template("O"))]))]))
        let needed = SecretHandover(start).needed
        for name in "ABCDEFGHIJKLMNO" { #expect(needed.contains(String(name)), "\(name)") }
        #expect(!needed.contains("P"))
    }

    struct Chain: Sendable {
        var text: String
        var calls: [WorkflowCallPlan.Secrets]
        var values: [String: String]
        var needed: [String]
    }

    @Test(
        "a called workflow gets what its call hands over, through all levels",
        arguments: [
            Chain(text: "${{ secrets.TOKEN }}", calls: [.none], values: [:], needed: []),
            Chain(text: "${{ secrets.TOKEN }}", calls: [.inherit], values: ["TOKEN": "t"], needed: ["TOKEN"]),
            Chain(text: "${{ secrets.TOKEN }}", calls: [.inherit, .none], values: [:], needed: []),
            Chain(
                text: "${{ secrets.mine }}",
                calls: [try! .named(templates(["Mine": "${{ secrets.TOKEN }}", "not": "${{ secrets.OTHER }}"]))],
                values: ["MINE": "t"], needed: ["TOKEN"]),
            Chain(
                text: "${{ secrets.deep }}",
                calls: [
                    try! .named(templates(["mid": "${{ secrets.DEPLOY }}-${{ github.job }}"])), .inherit,
                    try! .named(templates(["deep": "${{ secrets.mid }}/${{ inputs.stage }}"])),
                ], values: ["DEEP": "d-call/prod"], needed: ["DEPLOY"]),
            // A secret of the repository is none of a called workflow that is handed others.
            Chain(
                text: "${{ secrets.OTHER }}", calls: [try! .named(templates(["mine": "${{ secrets.TOKEN }}"]))], values: [:],
                needed: []),
            Chain(
                text: "${{ toJSON(secrets) }}",
                calls: [try! .named(templates(["a": "${{ secrets.TOKEN }}", "b": "${{ secrets.MISSING }}"]))], values: ["A": "t"],
                needed: ["TOKEN"]),
        ])
    func chains(_ chain: Chain) throws {
        let start = try Self.start(chain.text, calls: chain.calls)
        var values = try Self.values(start)
        #expect(values.removeValue(forKey: "ACTIONS_STEP_DEBUG") == "true")
        #expect(values == chain.values)
        let needed = SecretHandover(start).needed
        #expect(Set(Self.secrets.keys.filter { needed.contains($0) }) == Set(chain.needed + ["ACTIONS_STEP_DEBUG"]))
    }

    @Test("a secret whose expression can't be evaluated fails the job, with its name and not its value")
    func broken() throws {
        let handed = try Self.templates(["mine": "${{ fromJSON(secrets.TOKEN) }}"])
        let error = #expect(throws: LaunchError.self) {
            try Self.values(Self.start("${{ secrets.mine }}", calls: [.named(handed)]))
        }
        #expect(error?.conclusion == .failure)
        #expect(
            error?.message == "can't evaluate the secret \"mine\" (${{ fromJSON(secrets.TOKEN) }}) of the call of ./w.yml")
    }

    @Test("what a handed secret is made of is hidden, too")
    func masks() throws {
        let handed = try Self.templates(["mine": "user:${{ secrets.TOKEN }}"])
        let secrets = try SecretHandover(Self.start("${{ secrets.mine }}", calls: [.named(handed)])).hand(["TOKEN": "t"])
        #expect(secrets == HandedSecrets(values: ["MINE": "user:t"], masks: ["t"]))
    }
}
