internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// The run that undoes a deployment: one job, which has a service run again what it ran before.
///
/// It is a run like any other: with a log, in the queue, to be cancelled, and with the service's turn. Its credentials come the way
/// that those of the deployment came: by the same job's steps that configure them, and by the same variables.
struct RollbackRun {
    /// What is undone; it has a task definition to go back to.
    let deployment: Deployment
    /// What the service goes back to.
    let taskDefinition: String
    /// The run that made the deployment.
    let run: Run
    let plan: RunPlan
    let job: Job
    let actor: String
    let now: Date

    static let eventName = "rollback"
    private static let key = "rollback"
    private static let credentialActions = ["aws-actions/configure-aws-credentials"]
    private static let deployActions = [
        "aws-actions/amazon-ecs-deploy-task-definition", "slipway/ecs-deploy", "slipway/ecs-rollback",
    ]

    private var target: String { "\(deployment.cluster)/\(deployment.service)" }
    private var title: String {
        "Roll back \(target) to \(taskDefinition.split(separator: "/").last.map(String.init) ?? taskDefinition)"
    }

    var outcome: TriggerOutcome {
        let event = Event(
            repository: run.repository, name: Self.eventName, source: .operator, ref: run.ref, commit: run.commit, actor: actor,
            payload: [
                "deployment": [
                    "id": .string("\(deployment.id)"), "cluster": .string(deployment.cluster),
                    "service": .string(deployment.service), "region": .string(deployment.region),
                    "task_definition": .string(taskDefinition),
                ],
                "sender": ["login": .string(actor)],
            ], receivedAt: now)
        let plan = rollbackPlan
        let new = Run(
            repository: run.repository, workflow: "Rollback", workflowPath: Self.key, title: title, event: Self.eventName,
            ref: run.ref, commit: run.commit, actor: actor, createdAt: now)
        return TriggerOutcome(
            event: event, key: .none, runs: [NewRun(run: new, plan: plan, jobs: plan.makeJobs(at: now))])
    }

    private var rollbackPlan: RunPlan {
        let written = plan.job(job.key)
        let steps = written?.steps ?? []
        let credentials = steps.filter { step in Self.credentialActions.contains(Self.action(of: step) ?? "") }
        let environment = steps.filter { step in Self.deployActions.contains(Self.action(of: step) ?? "") }.flatMap(\.environment)
        let step = StepPlan(
            name: Template(literal: title), environment: environment,
            work: .action(
                ActionCall(
                    reference: "slipway/ecs-rollback",
                    inputs: [
                        ("cluster", deployment.cluster), ("service", deployment.service), ("region", deployment.region),
                        ("task-definition", taskDefinition), ("deployment", "\(deployment.id)"),
                    ].map { NamedTemplate(name: $0.0, value: Template(literal: $0.1)) })))
        let owner = plan.plan(ofJob: job.key)
        let rollback = JobPlan(
            key: Self.key, name: Template(literal: "Roll back \(target)"), runsOn: written?.runsOn ?? [],
            environment: written?.environment ?? [], steps: credentials + [step])
        return RunPlan(
            name: "Rollback", path: Self.key, dialect: plan.dialect, environment: owner?.environment ?? plan.environment,
            jobs: [rollback])
    }

    private static func action(of step: StepPlan) -> String? {
        guard case .action(let call) = step.work else { return nil }
        return call.actionName
    }
}
