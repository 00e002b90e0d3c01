import Expressions
import FoundationEssentials
import Plan
import Testing
import Workflows

@testable import Pipelines

@Suite struct PipelineReaderTests {
    static let whole = """
        name: Fraud detection
        on: {push: {branches: [main], paths: ["src/**"]}}
        variables:
          SERVICE: fraud-api
          SCALE: {default: 2, description: How many tasks}
        stages:
          - name: Build
            on-failure: {result: RETRY, retry-mode: ALL_ACTIONS}
            actions:
              - name: Image
                type: commands
                namespace: BuildVariables
                environment: {COMMIT: "#{SourceVariables.CommitId}", SERVICE: "#{variables.SERVICE}"}
                commands: [make image, "IMAGE_TAG=$(git describe)"]
                output-variables: [IMAGE_TAG]
                files: [imagedefinitions.json]
                output-artifacts: [Images]
              - name: Lint
                type: commands
                commands: [make lint]
              - name: Note
                type: commands
                run-order: 2
                commands: ["echo '#{BuildVariables.IMAGE_TAG}'"]
          - name: Release
            on-failure: ROLLBACK
            actions:
              - name: Approve
                type: approval
                namespace: Approval
                message: "Release #{BuildVariables.IMAGE_TAG} of ${{ this }}?"
                link: https://staging.example.org/
                approvers: [anna]
                timeout-in-minutes: 60
              - name: Deploy
                type: deploy-ecs
                run-order: 2
                input-artifacts: [Images]
                cluster: production
                service: "#{variables.SERVICE}"
                region: eu-central-1
                deployment-environment: "#{variables.SERVICE}-production"
          - name: After
            actions:
              - name: Check
                type: workflow
                workflow: .github/workflows/check.yml
                with: {target: "#{BuildVariables.IMAGE_TAG} approved by #{Approval.approved-by}"}
        """

    @Test("stages become jobs that call their actions, one after the other, each in a group of its own")
    func stages() throws {
        let fixture = PipelineFixture(Self.whole)
        #expect(fixture.remarks == [])
        let plan = try #require(fixture.document.plan)
        #expect(plan.dialect == .pipeline && plan.name == "Fraud detection")
        #expect(plan.jobs.map(\.key) == ["Build", "Release", "After"])
        #expect(plan.jobs.map(\.needs) == [[], ["Build"], ["Build", "Release"]])
        #expect(plan.jobs.map { $0.concurrency?.queue } == [.single, .single, .single])
        #expect(plan.jobs[0].concurrency?.group.source == "stage Build of .slipway/pipeline.yml")
        #expect(plan.jobs.map(\.stageRetry) == [.allActions, nil, nil])
        #expect(plan.jobs.map(\.stageRollsBack) == [nil, true, nil])
    }

    @Test("an action may deploy to an environment, whose name may hold a variable; others don't")
    func environments() throws {
        let fixture = PipelineFixture(Self.whole)
        let deploy = try #require(fixture.job("Release/Deploy")?.deployment)
        #expect(deploy.name.source == "${{ inputs['variables.SERVICE'] }}-production" && deploy.goesBack == nil)
        #expect(fixture.job("Build/Image")?.deployment == nil)
    }

    @Test("actions of one run order stand beside each other, later ones need all before them in the stage")
    func runOrders() throws {
        let actions = try #require(PipelineFixture(Self.whole).document.plan?.jobs[0].call?.plan.jobs)
        #expect(actions.map(\.key) == ["Image", "Lint", "Note"])
        #expect(actions.map(\.needs) == [[], [], ["Image", "Lint"]])
    }

    @Test("a variable is found in its own stage, and handed on to later ones")
    func variables() throws {
        let fixture = PipelineFixture(Self.whole)
        let note = try #require(fixture.job("Build/Note"))
        guard case .script(let script) = note.steps[1].work else { throw Missing() }
        #expect(script.text.source == "echo '${{ needs['Image'].outputs['IMAGE_TAG'] }}'\n")
        let build = try #require(fixture.job("Build")?.call)
        #expect(build.outputs.map(\.name) == ["BuildVariables.IMAGE_TAG"])
        #expect(build.outputs[0].value.source == "${{ jobs['Image'].outputs['IMAGE_TAG'] }}")
        #expect(build.arguments.map(\.value.source) == ["${{ inputs['SERVICE'] || 'fraud-api' }}"])
        let release = try #require(fixture.job("Release")?.call)
        #expect(release.arguments.map(\.name) == ["BuildVariables.IMAGE_TAG", "variables.SERVICE"])
        #expect(release.arguments[0].value.source == "${{ needs['Build'].outputs['BuildVariables.IMAGE_TAG'] }}")
        #expect(release.outputs.map(\.name) == ["Approval.approved-by"])
    }

    @Test("an approval is a job of nothing else; what looks like an expression in its text is none")
    func approval() throws {
        let job = try #require(PipelineFixture(Self.whole).job("Release/Approve"))
        let approval = try #require(job.approval)
        #expect(approval.isWholeJob && approval.timeout == 3600 && approval.approvers == ["anna"])
        let context = EvaluationContext(contexts: ["inputs": ["BuildVariables.IMAGE_TAG": "1.2"]])
        #expect(try approval.message?.text(in: context) == "Release 1.2 of ${{ this }}?")
        #expect(job.steps.isEmpty)
    }

    @Test("commands run in one shell, hand their variables on, and keep their files under the artifact's name")
    func commands() throws {
        let job = try #require(PipelineFixture(Self.whole).job("Build/Image"))
        #expect(job.environment.map(\.name) == ["COMMIT", "SERVICE"])
        #expect(job.environment[0].value.source == "${{ github.sha }}")
        #expect(job.environment[1].value.source == "${{ inputs['variables.SERVICE'] }}")
        #expect(job.outputs.map(\.name) == ["IMAGE_TAG"])
        #expect(job.outputs[0].value.source == "${{ steps.commands.outputs['IMAGE_TAG'] }}")
        #expect(job.steps.map { $0.name?.source } == ["Source", "Commands", "Keep Images"])
        guard case .script(let script) = job.steps[1].work, case .action(let keep) = job.steps[2].work else { throw Missing() }
        #expect(script.text.source.hasPrefix("make image\nIMAGE_TAG=$(git describe)\nprintf "))
        #expect(keep.inputs.prefix(2).map(\.value.source) == ["Images", "imagedefinitions.json"])
    }

    @Test("a deploy takes the artifact of the build, and is the action that deploys")
    func deploy() throws {
        let job = try #require(PipelineFixture(Self.whole).job("Release/Deploy"))
        #expect(job.needs == ["Approve"])
        #expect(job.environment.map(\.name) == ["AWS_REGION", "AWS_DEFAULT_REGION"])
        let calls = job.steps.compactMap { step -> ActionCall? in
            if case .action(let call) = step.work { call } else { nil }
        }
        #expect(calls.map(\.actionName) == ["actions/download-artifact", "slipway/ecs-deploy"])
        let inputs = Dictionary(uniqueKeysWithValues: calls[1].inputs.map { ($0.name, $0.value.source) })
        #expect(
            inputs == [
                "cluster": "production", "service": "${{ inputs['variables.SERVICE'] }}",
                "image-definitions": "imagedefinitions.json", "wait-for-minutes": "60",
            ])
    }

    @Test("a workflow is called with what it declares")
    func workflow() throws {
        let call = try #require(PipelineFixture(Self.whole).job("After/Check")?.call)
        #expect(call.reference == "./.github/workflows/check.yml" && call.secrets == .inherit)
        #expect(call.plan.jobs.map(\.key) == ["check"] && call.outputs.map(\.name) == ["score"])
        #expect(
            call.arguments[0].value.source
                == "${{ inputs['BuildVariables.IMAGE_TAG'] }} approved by ${{ inputs['Approval.approved-by'] }}")
    }

    @Test("it starts as its \"on\" says, and by hand with its variables")
    func triggers() throws {
        let workflow = try #require(PipelineFixture(Self.whole).document.workflow)
        #expect(workflow.isDispatchable && workflow.dispatchInputs.map(\.name.value) == ["SERVICE", "SCALE"])
        #expect(workflow.dispatchInputs.map { $0.defaultText?.source } == ["fraud-api", "2"])
        #expect(workflow.dispatchInputs[1].description == "How many tasks")
        var event = Event(
            repository: "app", name: "push", source: .poll, ref: "refs/heads/main", commit: "c", receivedAt: .distantPast)
        #expect(workflow.decision(for: event, changedPaths: ["src/a.py"]).isTriggered)
        #expect(!workflow.decision(for: event, changedPaths: ["README.md"]).isTriggered)
        event.ref = "refs/heads/topic"
        #expect(!workflow.decision(for: event, changedPaths: ["src/a.py"]).isTriggered)
    }

    @Test(
        "the execution mode is how stages wait",
        arguments: [("SUPERSEDED", ConcurrencyPlan.Queue.single), ("QUEUED", .max), ("PARALLEL", nil)])
    func executionMode(word: String, queue: ConcurrencyPlan.Queue?) throws {
        let text = """
            on: push
            execution-mode: \(word)
            stages: [{name: A, actions: [{name: a, type: approval}]}]
            """
        #expect(try #require(PipelineFixture(text).document.plan).jobs[0].concurrency?.queue == queue)
    }

    @Test(
        "a pipeline is told from a workflow by its name and its keys",
        arguments: [
            (".slipway/pipeline.yml", "stages: []", true), (".slipway/pipeline.yaml", "on: push", true),
            (".slipway/release.pipeline.yml", "stages: []", true), (".slipway/pipeline.yml", "on: push\njobs: {}", false),
            (".slipway/ci.yml", "stages: []", false), (".slipway/mypipeline.yml", "stages: []", false),
        ])
    func kinds(path: String, text: String, isPipeline: Bool) {
        #expect(PipelineReader.isPipeline(path: path, text: text) == isPipeline)
    }

    struct Missing: Error {}
}
