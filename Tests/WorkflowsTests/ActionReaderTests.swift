import Diagnostics
import Expressions
import Plan
import Testing

@testable import Workflows

struct ActionReaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let marked: MarkedText
        var path = "tools/build/action.yml"

        init(_ name: String, _ marked: String, path: String = "tools/build/action.yml") {
            self.name = name
            self.marked = MarkedText(marked)
            self.path = path
        }

        /// An action with a name and a description, and these lines.
        static func action(_ name: String, _ rest: String, path: String = "tools/build/action.yml") -> Case {
            Case(name, "name: a\ndescription: b\n\(rest)\n", path: path)
        }

        var testDescription: String { name }
    }

    private func read(_ text: String, path: String = "tools/build/action.yml") throws -> ActionPlan {
        let document = ActionReader.read(text: text, path: path)
        #expect(document.diagnostics.isEmpty, "\(document.diagnostics.map(\.message))")
        return try #require(document.plan)
    }

    @Test("a JavaScript action has its files, and runs before and after whatever happened") func aJavaScriptAction() throws {
        let plan = try read(
            """
            name: Set up
            description: x
            author: me
            branding: {icon: award, color: green}
            inputs:
              version: {description: which, default: '${{ runner.os }}', required: true}
              old: {deprecationMessage: use version}
              bare:
            outputs: {path: {description: where}}
            runs: {using: NODE20, main: ../dist/index.js, pre: pre.js, post: dist/post.js, post-if: runner.os == 'Linux'}
            """)
        #expect(plan.name == "Set up")
        #expect(plan.inputs.map(\.name) == ["version", "old", "bare"])
        #expect(plan.inputs.map(\.isRequired) == [true, false, false])
        #expect(plan.inputs[0].defaultValue?.source == "${{ runner.os }}")
        #expect(plan.inputs[1].deprecationMessage == "use version")
        #expect(plan.outputs.isEmpty)
        guard case .node(let node) = plan.work else { return #expect(Bool(false), "\(plan.work)") }
        #expect(node.version == 20)
        #expect(node.main == "../dist/index.js")
        #expect(node.pre == "pre.js")
        #expect(node.preCondition.source == "always()")
        #expect(node.post == "dist/post.js")
        #expect(node.postCondition.source == "always() && (runner.os == 'Linux')")
    }

    @Test("a condition of a post step that asks for a status stays as it is") func aConditionWithAStatusStays() throws {
        let plan = try read("name: a\ndescription: b\nruns: {using: node24, main: m, post: p, post-if: '${{ success() }}'}\n")
        guard case .node(let node) = plan.work else { return #expect(Bool(false), "\(plan.work)") }
        #expect(node.postCondition.source == "${{ success() }}")
    }

    @Test("a Docker action is built or pulled") func aDockerAction() throws {
        let plan = try read(
            """
            name: a
            description: b
            inputs: {who: {}}
            runs:
              using: docker
              image: Dockerfile
              args: ['${{ inputs.who }}', 2]
              env: {WHO: '${{ inputs.who }}'}
              entrypoint: /run.sh
              pre-entrypoint: /before.sh
              post-entrypoint: /after.sh
              post-if: failure()
            """)
        guard case .docker(let docker) = plan.work else { return #expect(Bool(false), "\(plan.work)") }
        #expect(docker.image == .dockerfile("Dockerfile"))
        #expect(docker.arguments.map(\.source) == ["${{ inputs.who }}", "2"])
        #expect(docker.environment.map(\.name) == ["WHO"])
        #expect(docker.entrypoint == "/run.sh")
        #expect(docker.preEntrypoint == "/before.sh")
        #expect(docker.preCondition.source == "always()")
        #expect(docker.postEntrypoint == "/after.sh")
        #expect(docker.postCondition.source == "failure()")
        let pulled = try read("name: a\ndescription: b\nruns: {using: docker, image: 'docker://alpine:3'}\n")
        #expect(
            pulled.work
                == .docker(
                    DockerAction(
                        image: .reference("alpine:3"), preCondition: docker.preCondition, postCondition: docker.preCondition)))
    }

    @Test("a composite action has steps and outputs") func aCompositeAction() throws {
        let plan = try read(
            """
            name: a
            description: b
            inputs: {who: {default: me}}
            outputs: {greeting: {description: x, value: '${{ steps.greet.outputs.text }}'}}
            runs:
              using: composite
              steps:
                - id: greet
                  run: echo "text=hello ${{ inputs.who }}" >> "$GITHUB_OUTPUT"
                  shell: ${{ runner.os == 'Linux' && 'bash' || 'sh' }}
                  working-directory: ${{ github.action_path }}
                - if: failure()
                  uses: actions/checkout@v4
                  with: {path: x}
                  continue-on-error: true
            """)
        guard case .composite(let steps) = plan.work else { return #expect(Bool(false), "\(plan.work)") }
        #expect(plan.outputs.map(\.value.source) == ["${{ steps.greet.outputs.text }}"])
        #expect(steps.map(\.id) == ["greet", nil])
        #expect(steps[1].condition.source == "failure()")
        guard case .action(let call) = steps[1].work else { return #expect(Bool(false), "\(steps[1].work)") }
        #expect(call.inputs.map(\.name) == ["path"])
    }

    static let structure: [Case] = [
        Case("nothing", "«empty-file»"), Case("a list", "«unexpected-kind»- name\n"),
        .action("nothing that runs", "").with("«missing-key»name: a\ndescription: b\n"),
        Case("no name", "«?action-metadata»description: b\nruns: {using: node20, main: a}\n"),
        .action("a key of one's own", "«?unknown-key»inputz: {}\nruns: {using: node20, main: a}"),
        .action("an unknown runtime", "runs: {using: «unknown-value»node19, main: a}"),
        .action("a plugin", "runs: {using: «unknown-value»plugin, plugin: checkout}"),
        .action("no runtime", "runs: «missing-key»{main: a}"), .action("no main file", "runs: «missing-key»{using: node20}"),
        .action("a key of another kind", "runs: {using: node20, main: a, «unknown-key»image: b}"),
        .action("a main file out of the repository", "runs: {using: node20, main: «action-file»../../../etc/passwd}"),
        .action("a detour out of the repository", "runs: {using: node20, main: «action-file»../../../build/tools/main.js}"),
        .action("an absolute main file", "runs: {using: node20, main: «action-file»/usr/bin/evil.js}"),
        .action("a post file out of the repository", "runs: {using: node20, main: a, post: «action-file»x/../../../../b}"),
        .action("a file above the root", "runs: {using: node20, main: «action-file»../a.js}", path: "action.yml"),
        .action("a main file from an expression", "runs: {using: node20, main: «expression-not-allowed»\"${{ github.ref }}\"}"),
        .action("an image of no kind", "runs: {using: docker, image: «action-metadata»alpine}"),
        .action("a Dockerfile out of the repository", "runs: {using: docker, image: «action-file»/Dockerfile}"),
        .action("no image", "runs: «missing-key»{using: docker, args: [a]}"),
        .action("arguments that are one text", "runs: {using: docker, image: Dockerfile, args: «unexpected-kind»a b}"),
        .action("no steps", "runs: «missing-key»{using: composite}"),
        .action("steps that are none", "runs: {using: composite, steps: «unexpected-kind»{run: a}}"),
        .action("a color that is none", "branding: {color: «?action-metadata»pink}\nruns: {using: node20, main: a}"),
        .action("inputs that differ in case only", "inputs: {a: {}, «duplicate-key»A: {}}\nruns: {using: node20, main: a}"),
        .action("a required that is a text", "inputs: {a: {required: «?action-metadata»'yes'}}\nruns: {using: node20, main: a}"),
        .action("an unused value", "outputs: {a: {value: «?action-metadata»b}}\nruns: {using: node20, main: a}"),
        .action("an unknown key of an output", "outputs: {a: {«unknown-key»val: b}}\nruns: {using: node20, main: a}"),
        .action(
            "an output without value", "outputs: {«?action-metadata»a: {description: b}}\nruns: {using: composite, steps: []}"),
    ]

    @Test("a mistake in an action's metadata is found at its place", arguments: structure) func structureIsChecked(_ row: Case) {
        check(row)
    }

    private static func step(_ name: String, _ step: String) -> Case {
        .action(name, "inputs: {who: {}}\nruns:\n  using: composite\n  steps: [\(step)]")
    }

    static let steps: [Case] = [
        step("a script without shell", "{«missing-key»run: a}"),
        step("a step in the background", "{run: a, shell: bash, «unknown-key»background: true}"),
        step("a time limit", "{uses: ./a, «unknown-key»timeout-minutes: 3}"),
        step("steps with one id", "{id: a, uses: ./a}, {id: «duplicate-step-id»A, uses: ./a}"),
        step("an action that is none", "{uses: «action-reference»a}"),
        step("secrets", "{run: \"${{ «context-availability»secrets.A }}\", shell: bash}"),
        step("variables of the forge", "{if: «context-availability»vars.A, uses: ./a}"),
        step("an unknown context", "{if: «unknown-context»gitub.ref, uses: ./a}"),
        step("an unknown step", "{if: «?unknown-reference»steps.a.outcome, uses: ./a}"),
        step("an unknown input", "{run: \"${{ «?unknown-reference»inputs.whom }}\", shell: bash}"),
        step("a shell that is none", "{run: a, shell: «unknown-shell»fish}"),
        step("a stranger's text", "{run: \"${{ «?untrusted-text»github.head_ref }}\", shell: bash}"),
        step(
            "a step's expressions",
            "{name: \"${{ inputs.who }}\", uses: ./a, with: {a: \"${{ matrix.b }}\"}, env: {A: \"${{ job.status }}\"}}"),
    ]

    @Test("the steps of a composite action are checked", arguments: steps) func stepsAreChecked(_ row: Case) { check(row) }

    static let expressions: [Case] = [
        .action(
            "inputs in a default",
            "inputs: {a: {default: '${{ «context-availability»inputs.b }}'}}\nruns: {using: node20, main: a}"),
        .action(
            "an expression in a description",
            "inputs: {a: {description: «expression-not-allowed»'${{ github.ref }}'}}\nruns: {using: node20, main: a}"),
        .action(
            "the forge in a container's arguments",
            "runs: {using: docker, image: Dockerfile, args: ['${{ «context-availability»github.ref }}']}"),
        .action("secrets after the job", "runs: {using: node20, main: a, post-if: «context-availability»secrets.A}"),
        .action("a broken condition", "runs: {using: node20, main: a, post-if: a «expression-syntax»b}"),
    ]

    @Test("expressions in an action's metadata use what there is", arguments: expressions) func expressionsAreChecked(_ row: Case)
    { check(row) }

    private func check(_ row: Case) {
        let document = ActionReader.read(text: row.marked.text, path: row.path)
        row.marked.check(document.diagnostics, isAccepted: document.isAccepted)
        #expect((document.refusal == nil) == document.isAccepted)
    }
}

extension ActionReaderTests.Case {
    /// The same case with another text.
    func with(_ marked: String) -> Self { Self(name, marked, path: path) }
}
