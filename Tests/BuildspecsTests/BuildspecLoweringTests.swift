import Diagnostics
import Expressions
import Foundation
import Plan
import Testing

@testable import Buildspecs

struct BuildspecLoweringTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static var golden: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.filter { $0.hasSuffix(".yml") }.sorted()
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    }

    /// Set SLIPWAY_WRITE_GOLDEN=1 to write the plans anew; look at the difference before it is kept.
    @Test("a buildspec becomes the plan beside it", arguments: golden)
    func aBuildspecBecomesThePlanBesideIt(name: String) throws {
        let document = BuildspecReader.read(text: try text(name), path: "buildspec.yml")
        #expect(document.isAccepted, "\(document.diagnostics.map(\.message))")
        let plan = try #require(document.plan())
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(plan)
        let golden = name.replacing(".yml", with: ".json")
        if ProcessInfo.processInfo.environment["SLIPWAY_WRITE_GOLDEN"] == "1" {
            try (data + Data("\n".utf8)).write(to: Self.folder.appending(path: golden))
        }
        #expect(try text(golden) == String(decoding: data, as: UTF8.self) + "\n")
        #expect(try JSONDecoder().decode(RunPlan.self, from: data) == plan)
    }

    private func steps(_ phases: String, keys: String = "", project: BuildspecProject = .init()) throws -> [StepPlan] {
        let document = BuildspecReader.read(text: "version: 0.2\nphases: \(phases)\n\(keys)", path: "buildspec.yml")
        return try #require(document.plan(for: project)?.jobs.first?.steps, "\(document.diagnostics.map(\.message))")
    }

    /// Which phases would run after others ended as told.
    private func running(_ steps: [StepPlan], after outcomes: [String: String]) throws -> [String] {
        var known = ExpressionObject()
        var running: [String] = []
        var hasFailed = false
        for step in steps {
            let context = EvaluationContext(
                contexts: ["steps": .object(known)], functions: JobFunctions(hasFailed: hasFailed))
            let runs = try step.condition.holds(in: context)
            let outcome = runs ? step.id.flatMap { outcomes[$0] } ?? "success" : "skipped"
            if runs, case .commands = step.work { running.append(step.displayName) }
            if runs, step.displayName.hasPrefix("UPLOAD") { running.append(step.displayName) }
            if let id = step.id { known[id] = ["outcome": .string(outcome), "outputs": [:]] }
            hasFailed = hasFailed || outcome == "failure"
        }
        return running
    }

    private struct JobFunctions: ContextualFunctions {
        var hasFailed: Bool
        func status(_ function: StatusFunction) throws(ExpressionError) -> Bool? {
            switch function {
            case .always: true
            case .success: !hasFailed
            case .failure: hasFailed
            case .cancelled: false
            }
        }
        func hashFiles(patterns: [String]) throws(ExpressionError) -> String? { nil }
    }

    private static let four =
        "{install: {commands: [a]}, pre_build: {commands: [b]}, build: {commands: [c]}, post_build: {commands: [d]}}"

    @Test(
        "which phases follow a failure",
        arguments: [
            ("", ["INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS"]), ("install", ["INSTALL"]),
            ("pre_build", ["INSTALL", "PRE_BUILD"]),
            ("build", ["INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS"]),
            ("post_build", ["INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS"]), ("source", []),
        ])
    func whichPhasesFollowAFailure(of failed: String, are expected: [String]) throws {
        let steps = try steps(Self.four, keys: "artifacts: {files: [x]}\n")
        #expect(try running(steps, after: failed.isEmpty ? [:] : [failed: "failure"]) == expected)
    }

    @Test(
        "what on-failure changes of that",
        arguments: [
            ("install", "CONTINUE", ["INSTALL", "BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS"]),
            ("build", "ABORT", ["INSTALL", "BUILD"]), ("build", "RETRY-2", ["INSTALL", "BUILD"]),
            ("post_build", "ABORT", ["INSTALL", "BUILD", "POST_BUILD"]),
        ])
    func whatOnFailureChanges(of phase: String, to action: String, runs expected: [String]) throws {
        let phases = ["install", "build", "post_build"].map { name in
            "\(name): {\(name == phase ? "on-failure: \(action), " : "")commands: [a]}"
        }
        let steps = try steps("{\(phases.joined(separator: ", "))}", keys: "artifacts: {files: [x]}\n")
        #expect(try running(steps, after: [phase: "failure"]) == expected)
    }

    @Test("texts that the shell has to expand are expanded by the build's shell, others are taken as they are")
    func textsAreExpandedWhereTheyNeedTo() throws {
        let steps = try steps(
            "{build: {commands: [a]}}", keys: "artifacts: {files: [x, y], name: 'app-$(date +%F)', base-directory: dist}\n")
        let texts = try #require(steps.first { $0.id == "artifact_texts_0" })
        guard case .commands(let block) = texts.work, case .action(let call)? = steps.last?.work else {
            Issue.record("the artifact has no texts, or is not kept")
            return
        }
        #expect(block.expansions == [.init(name: "text_0", text: "app-$(date +%F)")])
        let inputs = Dictionary(uniqueKeysWithValues: call.inputs.map { ($0.name, $0.value.source) })
        #expect(inputs["name"] == "${{ steps.artifact_texts_0.outputs.text_0 }}")
        #expect(inputs["base-directory"] == "dist")
        #expect(inputs["files"] == "x\ny")
    }

    @Test("the project's variables and secrets go before the file's, and those of whoever starts it before all")
    func theProjectGoesBeforeTheFile() throws {
        let document = BuildspecReader.read(
            text: "version: 0.2\nenv: {variables: {A: '${{ file }}'}}\nphases: {build: {commands: [a]}}\n", path: "buildspec.yml")
        let project = BuildspecProject(
            name: "app", image: "python:3.11", variables: [.init(name: "A", value: "project")], secrets: ["TOKEN"])
        let plan = try #require(document.plan(for: project))
        let context = EvaluationContext(contexts: ["secrets": ["TOKEN": "s"], "inputs": ["A": "given"]])
        let variables = try plan.jobs[0].environment.flatMap { try $0.members(in: context) }
        #expect(variables.map { "\($0.name)=\($0.text)" } == ["A=${{ file }}", "A=project", "TOKEN=s", "A=given"])
        #expect(plan.name == "app")
        #expect(plan.dialect == .buildspec)
        #expect(plan.jobs[0].container == .template(Template(literal: "python:3.11")))
    }

    @Test("the variables of version 0.1 are set under their old name")
    func variablesOfTheFirstVersion() throws {
        let text = "version: 0.1\nenvironment_variables: {plaintext: {A: x}}\nphases: {build: {commands: [a]}}\n"
        let plan = try #require(BuildspecReader.read(text: text, path: "buildspec.yml").plan())
        #expect(plan.jobs[0].environment.first == NamedTemplate(name: "A", value: Template(literal: "x")))
    }

    @Test("git gets a credential where the file asks for it, of a secret that the project names", arguments: [true, false])
    func gitCredentials(_ isAsked: Bool) throws {
        let document = BuildspecReader.read(
            text: "version: 0.2\nenv: {git-credential-helper: \(isAsked ? "yes" : "no")}\nphases: {build: {commands: [a]}}\n",
            path: "buildspec.yml")
        func inputs(_ project: BuildspecProject) throws -> [String: String] {
            let step = try #require(document.plan(for: project)?.jobs[0].steps.first)
            guard case .action(let call) = step.work else { return [:] }
            return Dictionary(uniqueKeysWithValues: call.inputs.map { ($0.name, $0.value.source) })
        }
        let given = try inputs(BuildspecProject(gitCredential: "GIT_TOKEN"))
        #expect(given["git-credential-helper"] == (isAsked ? "true" : nil))
        #expect(given["git-token"] == (isAsked ? "${{ secrets.GIT_TOKEN }}" : nil))
        #expect(try inputs(BuildspecProject())["git-token"] == nil)
    }

    @Test("a file with errors has no plan, and says so")
    func aFileWithErrorsHasNoPlan() {
        let document = BuildspecReader.read(text: "version: 0.2\n", path: "buildspec.yml")
        #expect(document.plan() == nil)
        let answer = BuildspecAnswer(document, expandsMatrices: true)
        #expect(!answer.isAccepted)
        #expect(answer.value["diagnostics"]?[0]?["rule"] == "missing-key")
    }

    @Test("the answer has the phases with their commands, and the jobs with their cells")
    func theAnswerHasPhasesAndJobs() {
        let text = """
            version: 0.2
            batch: {build-fanout: {parallelism: 2}}
            phases:
              build: {on-failure: RETRY, commands: [make, make test], finally: [rm -r tmp]}
            """
        let document = BuildspecReader.read(text: text, path: "buildspec.yml")
        let structure = BuildspecAnswer(document, expandsMatrices: false).value
        #expect(
            structure["phases"] == [
                ["name": "build", "commands": ["make", "make test"], "finally": ["rm -r tmp"], "onFailure": "RETRY-3"]
            ])
        let cells = BuildspecAnswer(document, expandsMatrices: true).value["jobs"]
        #expect(cells?[1]?["name"] == "build (2)")
        #expect(cells?[2] == nil)
    }

    @Test("what needs another system is an obstacle, and no mistake")
    func anotherSystemIsAnObstacle() throws {
        let document = BuildspecReader.read(
            text: "version: 0.2\nenv: {shell: powershell.exe}\nphases: {build: {commands: [a]}}\n", path: "buildspec.yml")
        #expect(document.isAccepted)
        #expect(try #require(document.plan()).obstacles.map(\.rule) == ["unsupported"])
    }
}
