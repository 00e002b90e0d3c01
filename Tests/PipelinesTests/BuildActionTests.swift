import Diagnostics
import Expressions
import Plan
import Testing
import Workflows

@testable import Pipelines

/// Actions that run a buildspec.
@Suite struct BuildActionTests {
    @Test("what a buildspec asks for and its container is not given is told with the pipeline", arguments: [true, false])
    func runtimes(hasImage: Bool) {
        let fixture = PipelineFixture(
            """
            on: push
            stages:
              - name: Build
                actions: [{name: Image, type: build, buildspec: runtimes.yml\(hasImage ? ", image: \"python:3.12\"" : "")}]
            """)
        #expect(fixture.document.isAccepted)
        let remark = "4:24 ignored: the runtime \"python\" is not set up in a container: the version of its image is used"
        #expect(fixture.remarks == (hasImage ? [remark] : []))
    }

    @Test("a build is its buildspec, with the action's variables and without what the stage is called with")
    func build() throws {
        let fixture = PipelineFixture(
            """
            on: push
            variables: {SERVICE: x}
            stages:
              - name: Build
                actions:
                  - name: Image
                    type: build
                    namespace: BuildVariables
                    environment: {COMMIT: "#{SourceVariables.CommitId}", SERVICE: "#{variables.SERVICE}"}
                    output-artifacts: [Images]
              - name: After
                actions:
                  - {name: Tell, type: approval, message: "#{BuildVariables.IMAGE_TAG}"}
            """)
        #expect(fixture.remarks == [])
        let job = try #require(fixture.job("Build/Image"))
        #expect(job.environment.map(\.name) == ["STAGE", "COMMIT", "SERVICE"])
        #expect(job.environment[1].value.source == "${{ github.sha }}")
        #expect(job.environment[2].value.source == "${{ inputs['variables.SERVICE'] }}")
        #expect(job.outputs.map(\.name) == ["IMAGE_TAG"])
        let names = job.steps.compactMap { step -> String? in
            guard case .action(let call) = step.work, call.actionName == "slipway/codebuild-artifact" else { return nil }
            return call.inputs.first { $0.name == "name" }?.value.source
        }
        #expect(names == ["Images"])
    }

    @Test("a build knows the repository by its short name, too, and where its commit is shown")
    func commitPage() throws {
        let fixture = PipelineFixture(
            """
            on: push
            stages:
              - name: Build
                actions:
                  - name: Image
                    type: build
                    environment: {NAME: "#{SourceVariables.RepositoryName}", PAGE: "#{SourceVariables.CommitUrl}"}
            """)
        #expect(fixture.remarks == [])
        let job = try #require(fixture.job("Build/Image"))
        let github: ExpressionObject = [
            "server_url": "https://git.example.org", "repository": "team/app", "sha": "abc",
            "event": ["repository": ["name": "app"]],
        ]
        let context = EvaluationContext(contexts: ["github": .object(github)])
        let texts = try job.environment.suffix(2).map { try $0.value.text(in: context) }
        #expect(texts == ["app", "https://git.example.org/team/app/commit/abc"])
    }

    @Test(
        "what a build refers to has to be there, and be sound",
        arguments: [
            ("buildspec: gone.yml", "missing-file: there is no file \"gone.yml\" in the repository"),
            ("output-artifacts: [A, B]", "artifact: buildspec.yml describes no artifact for \"B\""),
            (
                "image: \"app:#{variables.X}\"",
                "variable: the image of a build can't depend on a variable"
            ),
        ])
    func references(key: String, remark: String) throws {
        let fixture = PipelineFixture(
            "on: push\nvariables: {X: y}\nstages:\n- name: S\n  actions:\n  - {name: A, type: build, \(key)}\n")
        let found = try #require(fixture.remarks.first)
        #expect(fixture.remarks.count == 1 && found.hasPrefix("6:") && found.hasSuffix(" \(remark)"), "\(fixture.remarks)")
    }

    @Test("a buildspec with mistakes is told at the action, and each of them in its own file, once")
    func brokenBuildspec() throws {
        let fixture = PipelineFixture(
            "on: push\nstages:\n- name: S\n  actions:\n  - {name: A, type: build, buildspec: broken.yml}\n"
                + "  - {name: B, type: build, buildspec: broken.yml}\n")
        #expect(
            fixture.document.diagnostics.map { "\($0.file):\($0.line):\($0.column) \($0.rule)" } == [
                ".slipway/pipeline.yml:5:39 called-file", ".slipway/pipeline.yml:6:39 called-file",
                "broken.yml:3:3 unknown-phase", "broken.yml:4:21 unexpected-kind",
            ])
        #expect(fixture.remarks.first?.hasSuffix("\"broken.yml\" has 2 mistakes") == true)
    }

    @Test("a batch does not run in an action: with nothing else in the file that is a mistake, beside phases a warning")
    func batches() throws {
        for (file, rule) in [("batch.yml", "no-phases"), ("both.yml", "ignored")] {
            let fixture = PipelineFixture(
                "on: push\nstages:\n- name: S\n  actions:\n  - {name: A, type: build, buildspec: \(file)}\n")
            let found = fixture.document.diagnostics.filter { $0.file == file }
            #expect(found.map(\.rule) == [rule] && found.map(\.line) == [2])
            #expect(fixture.document.isAccepted == (rule == "ignored"))
        }
    }
}
