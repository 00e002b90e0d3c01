import Diagnostics
import Expressions
import Plan
import Testing

@testable import Buildspecs

/// Batches: their mistakes, and the jobs that they become.
struct BatchTests {
    private static func batch(_ name: String, _ batch: String, phases: Bool = true) -> MarkedBuildspec {
        MarkedBuildspec(
            name, "version: 0.2\n" + (phases ? "phases: {build: {commands: [make]}}\n" : "") + "batch:\n  " + batch + "\n")
    }

    static let mistakes: [MarkedBuildspec] = [
        MarkedBuildspec(
            "two kinds at once",
            "version: 0.2\nphases: {build: {commands: [make]}}\n«batch-kind»batch: {build-list: [{identifier: a}], build-fanout: {parallelism: 2}}\n"
        ),
        batch("a task without an identifier", "build-list: [«missing-key»{ignore-failure: true}]"),
        batch("an identifier twice", "build-list: [{identifier: a}, {identifier: «duplicate-identifier»a}]"),
        batch("an identifier that is none", "build-list: [{identifier: «identifier»'a b'}]"),
        batch("a need that is not there", "build-graph: [{identifier: a, depend-on: [«unknown-dependency»b]}]"),
        batch(
            "a circle",
            "build-graph: [{identifier: «cycle»a, depend-on: [b]}, {identifier: «cycle»b, depend-on: [a]}, {identifier: c}]"),
        batch(
            "a task with nothing to run", "build-list: [«task-without-phases»{identifier: a}, {identifier: b, buildspec: b.yml}]",
            phases: false),
        batch("Windows", "build-list: [{identifier: a, env: {«?ignored»type: «?unsupported»WINDOWS_CONTAINER}}]"),
        batch(
            "a fleet and a type",
            "build-list: [{identifier: a, env: {«fleet-and-compute-type»«?ignored»fleet: f, «?ignored»compute-type: c}}]"),
        batch("no builds at all", "build-fanout: {parallelism: «out-of-range»0}"),
        batch("a variable without values", "build-matrix: «?empty-matrix»{dynamic: {env: {variables: {«empty-value»A: []}}}}"),
    ]

    @Test("mistakes in a batch are found where they are", arguments: mistakes)
    func mistakesAreFound(_ buildspec: MarkedBuildspec) { buildspec.check() }

    @Test("files that tasks name have to be there, and in order")
    func namedFilesAreRead() {
        let buildspec = MarkedBuildspec(
            "files",
            "version: 0.2\nbatch: {build-list: [{identifier: a, buildspec: good.yml}, {identifier: b, buildspec: «missing-file»gone.yml}]}\n"
        )
        buildspec.check(files: ["good.yml": "version: 0.2\nphases: {build: {commands: [a]}}\n"])
        let text =
            "version: 0.2\nbatch: {build-list: [{identifier: a, buildspec: good.yml}, {identifier: b, buildspec: bad.yml}, {identifier: c, buildspec: bad.yml}]}\n"
        let files = [
            "good.yml": "version: 0.2\nphases: {build: {commands: [a]}}\ndocker: {}\n",
            "bad.yml": "version: 0.2\nphases:\n  biuld: {commands: [a]}\n  build: {commands: a}\n",
        ]
        let document = BuildspecReader.read(text: text, path: "buildspec.yml") { files[$0] }
        #expect(
            document.diagnostics.map { "\($0.file):\($0.line):\($0.column) \($0.rule)" } == [
                "bad.yml:3:3 unknown-phase", "bad.yml:4:21 unexpected-kind", "buildspec.yml:2:87 called-file",
                "buildspec.yml:2:124 called-file", "good.yml:3:1 unknown-key",
            ])
        #expect(document.diagnostics.first { $0.rule == "called-file" }?.message == "\"bad.yml\" has 2 mistakes")
    }

    @Test("a list has no order; a file that a task names keeps its own job from running only")
    func tasksOfAList() throws {
        let text =
            "version: 0.2\nbatch:\n  build-list:\n    - {identifier: a, buildspec: other.yml}\n    - {identifier: b, depend-on: [a]}\n"
            + "phases: {build: {commands: [make]}}\n"
        let plan = try plan(text, files: ["other.yml": "version: 0.2\nphases: {build: {steps: [{run: a}], commands: [a]}}\n"])
        #expect(
            plan.notices.map { "\($0.file):\($0.line) \($0.rule)" } == ["buildspec.yml:5 unknown-key", "other.yml:2 unsupported"])
        #expect(plan.jobs.map(\.needs) == [[], []])
        #expect(plan.jobs.map(\.obstacles.count) == [1, 0])
    }

    private func plan(_ text: String, files: [String: String] = [:], _ project: BuildspecProject = .init()) throws -> RunPlan {
        let document = BuildspecReader.read(text: text, path: "buildspec.yml") { files[$0] }
        return try #require(document.plan(for: project), "\(document.diagnostics.map(\.message))")
    }

    @Test("a graph becomes jobs that need each other, each with its file and its variables")
    func aGraphBecomesJobs() throws {
        let plan = try plan(
            """
            version: 0.2
            batch:
              fast-fail: true
              build-graph:
                - identifier: one
                  env: {variables: {A: x}, image: python:3.11}
                - identifier: two
                  buildspec: two.yml
                  depend-on: [one]
                  ignore-failure: true
                  env: {image: aws/codebuild/standard:7.0}
            phases: {build: {commands: [make one]}}
            """, files: ["two.yml": "version: 0.2\nphases: {build: {commands: [make two]}}\n"])
        #expect(plan.failsFast == true)
        #expect(plan.jobs.map(\.key) == ["one", "two"])
        #expect(plan.jobs.map(\.needs) == [[], ["one"]])
        #expect(plan.jobs.map(\.continueOnError?.source) == [nil, "true"])
        #expect(plan.jobs[0].container == .template(Template(literal: "python:3.11")))
        #expect(plan.jobs[1].container == nil)
        #expect(plan.jobs[0].environment.first == NamedTemplate(name: "A", value: Template(literal: "x")))
        let commands = plan.jobs.map { job in
            job.steps.compactMap { step in if case .commands(let block) = step.work { block.commands.map(\.text) } else { nil } }
        }
        #expect(commands == [[["make one"]], [["make two"]]])
    }

    @Test("a matrix becomes a job with a cell for each combination")
    func aMatrixBecomesCells() throws {
        let plan = try plan(
            """
            version: 0.2
            batch:
              build-matrix:
                static: {ignore-failure: true, env: {privileged-mode: true}}
                dynamic:
                  env:
                    image: [python:3.11, python:3.12]
                    variables: {DATA: [small, large]}
            phases: {build: {commands: [make]}}
            """)
        let job = try #require(plan.jobs.first)
        #expect(plan.jobs.count == 1)
        #expect(job.continueOnError?.source == "true")
        #expect(job.strategy?.failFast?.source == "false")
        let value = try #require(job.strategy?.matrix).evaluate(in: EvaluationContext(contexts: [:]))
        let cells = try MatrixExpansion.cells(of: value)
        #expect(
            cells.map { "\($0["image"]?.displayString ?? "") \($0["DATA"]?.displayString ?? "")" } == [
                "python:3.11 small", "python:3.11 large", "python:3.12 small", "python:3.12 large",
            ])
        let context = EvaluationContext(contexts: ["matrix": .object(cells[1])])
        #expect(try job.container?.evaluate(in: context) == "python:3.11")
        #expect(try job.environment[0].value.text(in: context) == "large")
    }

    @Test(
        "the variables of a task go before the project's and the file's, and those of whoever starts the batch before all",
        arguments: [
            "build-list: [{identifier: one, env: {variables: {A: task, S: task, G: task}}}]",
            "build-matrix: {static: {env: {variables: {A: task, S: task, G: task}}}}",
            "build-matrix: {dynamic: {env: {variables: {A: [task], S: [task], G: [task]}}}}",
        ])
    func tasksGoBeforeTheProject(_ batch: String) throws {
        let dynamic = batch.contains("dynamic") ? batch : batch.replacing("static: {env", with: "dynamic: {}, static: {env")
        let text = """
            version: 0.2
            env: {variables: {A: file}, parameter-store: {S: /s, G: /g, P: /p, T: /t}}
            batch: {\(dynamic)}
            phases: {build: {commands: [make]}}
            """
        let project = BuildspecProject(
            variables: [.init(name: "A", value: "project"), .init(name: "P", value: "p")], secrets: ["S", "T"])
        let job = try #require(try plan(text, project).jobs.first)
        let cells = try job.strategy?.matrix.map { try MatrixExpansion.cells(of: $0.evaluate(in: .init(contexts: [:]))) }
        let context = EvaluationContext(contexts: [
            "secrets": ["S": "secret", "T": "t"], "inputs": ["G": "given"], "matrix": .object(cells?.first ?? ExpressionObject()),
        ])
        var values: [String: String] = [:]
        for variable in try job.environment.flatMap({ try $0.members(in: context) }) { values[variable.name] = variable.text }
        #expect(values == ["A": "task", "S": "task", "G": "given", "P": "p", "T": "t"])
        guard case .action(let call)? = job.steps.first?.work else { return }
        // None of these is read from the Parameter Store.
        let reserved = call.inputs.first { $0.name == "reserved" }?.value.source.split(separator: "\n").map(String.init)
        #expect(Set(reserved ?? []) == ["A", "P", "S", "T", "G"])
    }

    @Test("a fan-out becomes as many cells as it asks for")
    func aFanOutBecomesCells() throws {
        let text = "version: 0.2\nbatch: {build-fanout: {parallelism: 3}}\nphases: {build: {commands: [make]}}\n"
        let job = try #require(try plan(text).jobs.first)
        let value = try #require(job.strategy?.matrix).evaluate(in: EvaluationContext(contexts: [:]))
        #expect(try MatrixExpansion.cells(of: value).count == 3)
        #expect(job.environment.map(\.name) == ["CODEBUILD_SHARD_NUMBER", "CODEBUILD_SHARD_COUNT", ""])
    }

    @Test("runtimes that a build's container is not given are told, at the file's own words or at the task that names another")
    func runtimesInContainers() throws {
        func told(_ text: String, files: [String: String] = [:], _ project: BuildspecProject = .init()) throws -> [String] {
            try plan(text, files: files, project).notices.map { "\($0.file):\($0.line):\($0.column) \($0.rule): \($0.message)" }
        }
        let runtimes =
            "version: 0.2\nphases:\n  install:\n    runtime-versions: {python: 3.11, nodejs: 20}\n  build: {commands: [make]}\n"
        #expect(try told(runtimes) == [])
        let own = BuildspecProject(image: "python:3.12")
        #expect(
            try told(runtimes, own) == [
                "buildspec.yml:4:24 ignored: the runtime \"python\" is not set up in a container: the version of its image is used",
                "buildspec.yml:4:38 ignored: the runtime \"nodejs\" is not set up in a container: the version of its image is used",
            ])
        // CodeBuild's own images can't be pulled: the build runs on this host.
        #expect(try told(runtimes, BuildspecProject(image: "aws/codebuild/standard:7.0")) == [])
        let task = "{identifier: a, buildspec: other.yml, env: {image: python:3.12}}"
        let batch = "version: 0.2\nbatch:\n  build-list:\n    - \(task)\nphases: {build: {commands: [make]}}\n"
        let other = runtimes.replacing(", nodejs: 20", with: "")
        #expect(
            try told(batch, files: ["other.yml": other]) == [
                "buildspec.yml:4:34 ignored: the runtime \"python\" of \"other.yml\" is not set up in a container: the version of its"
                    + " image is used"
            ])
        #expect(try told(batch, files: ["other.yml": other], BuildspecProject(runsBatch: false)) == [])
    }

    @Test("a project may take the file for one build")
    func aBatchMayBeLeftOut() throws {
        let text = "version: 0.2\nbatch: {build-fanout: {parallelism: 3}}\nphases: {build: {commands: [make]}}\n"
        let plan = try plan(text, files: [:], BuildspecProject(runsBatch: false))
        #expect(plan.jobs.map(\.key) == ["build"])
        #expect(plan.jobs[0].strategy == nil)
    }
}
