internal import Diagnostics
internal import Expressions
internal import Plan
internal import Workflows

/// Deploys to Amazon ECS: the images that a file of the input artifact names, into a service.
extension ActionLowering {
    /// As CodePipeline looks for it.
    private static let imageDefinitions = "imagedefinitions.json"
    /// Minutes: what CodePipeline waits at most.
    private static let deployTimeout = 60
    private static let outputs = ["task-definition-arn", "previous-task-definition-arn", "deployment-id", "images"]

    func deploy(_ deploy: ECSDeployAction, of action: StageAction, _ texts: inout TextLowering) -> Lowered {
        var job = JobPlan(key: action.name.value)
        if action.inputs.count != 1 {
            diagnostics.error(
                "artifact",
                "an action deploy-ecs takes one input artifact, that with the image definitions; found \(action.inputs.count)",
                at: action.inputs.dropFirst().first?.range ?? action.name.range)
        }
        job.environment =
            texts.template(deploy.region).map { region in
                ["AWS_REGION", "AWS_DEFAULT_REGION"].map { NamedTemplate(name: $0, value: region) }
            } ?? []
        job.steps = ArtifactHandover(action: action).receivingSteps
        job.steps.append(
            StepPlan(
                id: "deploy", name: Template(literal: "Deploy"),
                work: .action(
                    ActionCall(
                        reference: "slipway/ecs-deploy",
                        inputs: [
                            NamedTemplate(name: "cluster", value: texts.template(deploy.cluster)),
                            NamedTemplate(name: "service", value: texts.template(deploy.service)),
                            NamedTemplate(
                                name: "image-definitions",
                                value: texts.template(deploy.fileName) ?? Template(literal: Self.imageDefinitions)),
                            ArtifactHandover.input("wait-for-minutes", String(deploy.timeoutMinutes ?? Self.deployTimeout)),
                        ])), position: action.name.range.start))
        job.outputs = Self.outputs.compactMap { output(Located($0, range: action.name.range), ofStep: "deploy") }
        return Lowered(job: job, variables: Self.outputs)
    }

    /// An output of a step as one of the job.
    func output(_ name: Located<String>, ofStep step: String) -> NamedTemplate? {
        do {
            return NamedTemplate(
                name: name.value, value: try Template(parsing: "${{ steps.\(step).outputs['\(name.value)'] }}"))
        } catch {
            diagnostics.error("variable", error.message, at: name.range)
            return nil
        }
    }
}
