internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// The run that has services run again what they ran before.
///
/// It is a run like any other: with a log, in the queue, to be cancelled, and with each service's turn. Its credentials come the way
/// that those of the deployments came: by the same jobs' steps that configure them, with the same variables, inputs and secrets.
struct RollbackRun {
    /// One service, and what it goes back to.
    struct Target {
        /// What the service was given last, and what is undone.
        var deployment: Deployment
        var taskDefinition: String
        /// The job that made the deployment.
        var source: Source
        /// The environment that goes back, where targets have several; nil: that of the run.
        var environment: String?
        /// The deployment that this environment gets again, where it is known.
        var restores: Int64?
        /// Of a container: with what it was made, as `Deployment` has it.
        var inputs: [String: String?]?
    }

    /// The job whose credentials are used, as its run had it.
    struct Source {
        var plan: RunPlan
        var event: Event
        var job: Job
        /// The jobs that call the workflow which it is written in, the outermost first.
        var callers: [Job] = []
    }

    /// At least one.
    let targets: [Target]
    let repository: String
    /// Where the run stands: of the deployment that is undone or brought back.
    let ref: String
    let commit: String
    /// The environment that goes back; nil: the deployments belong to none.
    var environment: String?
    /// The deployment that the environment gets again, where it is known.
    var restores: Int64?
    var title: String?
    var reason: String?
    let actor: String
    let now: Date

    static let eventName = Event.rollback
    private static let key = "rollback"
    private static let credentialActions = ["aws-actions/configure-aws-credentials"]
    private static let registryActions = ["aws-actions/amazon-ecr-login", "docker/login-action"]
    private static let deployActions = [
        "aws-actions/amazon-ecs-deploy-task-definition", "slipway/ecs-deploy", "slipway/ecs-rollback", ContainerReturn.action,
    ]

    var outcome: TriggerOutcome {
        let event = Event(
            repository: repository, name: Self.eventName, source: .operator, ref: ref, commit: commit, actor: actor,
            payload: payload, inputs: targets.first?.source.event.inputs ?? ExpressionObject(), receivedAt: now)
        let plan = RunPlan(
            name: "Rollback", path: Self.key, dialect: targets.first?.source.plan.dialect ?? .workflow, jobs: jobs)
        let new = Run(
            repository: repository, workflow: "Rollback", workflowPath: Self.key, title: shownTitle, event: Self.eventName,
            ref: ref, commit: commit, actor: actor, createdAt: now,
            attemptReason: reason.map { "rolled back by \(actor): \($0)" })
        return TriggerOutcome(event: event, key: .none, runs: [NewRun(run: new, plan: plan, jobs: plan.makeJobs(at: now))])
    }

    /// Why it can't be made; nil where it can.
    var obstacle: String? {
        for target in targets {
            guard let inputs = target.inputs else { continue }
            let steps = target.source.plan.job(target.source.job.key)?.steps ?? []
            let missing = ContainerReturn(target.deployment, to: target.taskDefinition, inputs: inputs, among: steps).missing
            guard missing.isEmpty else {
                return
                    "the container \(target.deployment.service) was made with \(missing.joined(separator: ", ")), which may hold a "
                    + "secret and so is not kept, and its job names it in no step of its own: rerun the run that made it"
            }
        }
        return nil
    }

    private var shownTitle: String { title ?? targets.map(\.title).joined(separator: ", ") }

    private var payload: ExpressionValue {
        var payload: ExpressionObject = [
            "deployments": .array(
                targets.map { target in
                    let deployment = target.deployment
                    return [
                        "id": .string("\(deployment.id)"), "cluster": .string(deployment.cluster),
                        "service": .string(deployment.service), "region": .string(deployment.region),
                        "task_definition": .string(target.taskDefinition),
                    ]
                }), "sender": ["login": .string(actor)], "reason": reason.map { .string($0) } ?? .null,
        ]
        // As in github.event.inputs: credentials may be chosen by them.
        if let inputs = targets.first?.source.event.payload["inputs"] { payload["inputs"] = inputs }
        return .object(payload)
    }

    // MARK: - Jobs

    /// One for each job whose credentials are used.
    private var jobs: [JobPlan] {
        var order: [Int64] = []
        var groups: [Int64: [Target]] = [:]
        for target in targets {
            let id = target.source.job.id
            if groups[id] == nil { order.append(id) }
            groups[id, default: []].append(target)
        }
        return order.enumerated().compactMap { index, id in
            groups[id].flatMap { job($0, key: index == 0 ? Self.key : "\(Self.key)-\(index + 1)") }
        }
    }

    private func job(_ targets: [Target], key: String) -> JobPlan? {
        guard let source = targets.first?.source else { return nil }
        let written = source.plan.job(source.job.key)
        let steps = written?.steps ?? []
        let needed = Self.credentialActions + (targets.contains { $0.inputs != nil } ? Self.registryActions : [])
        let credentials = steps.filter { step in needed.contains(Self.action(of: step) ?? "") }
        let variables = steps.filter { step in Self.deployActions.contains(Self.action(of: step) ?? "") }.flatMap(\.environment)
        let owner = source.plan.plan(ofJob: source.job.key)
        let own = JobPlan(
            key: key, name: Template(literal: targets.map(\.title).joined(separator: ", ")),
            strategy: Self.strategy(of: source.job), runsOn: written?.runsOn ?? [],
            environment: (owner?.environment ?? []) + (written?.environment ?? []),
            steps: credentials + targets.map { step($0, among: steps, variables: variables) },
            deployment: (targets[0].environment ?? environment).map {
                EnvironmentReference(name: Template(literal: $0), goesBack: true, restores: targets[0].restores ?? restores)
            })
        // What was handed from call to call is handed on again: inputs as they were, secrets by the same names.
        return source.callers.reversed().reduce(own) { inside, caller in
            guard let call = source.plan.job(caller.key)?.call else { return inside }
            let plan = RunPlan(name: call.plan.name, path: call.plan.path, dialect: call.plan.dialect, jobs: [inside])
            let arguments = (caller.callInputs ?? ExpressionObject()).pairs.map { name, value in
                NamedTemplate(name: name, value: Template(literal: value.displayString))
            }
            return JobPlan(
                key: key, name: inside.name, strategy: Self.strategy(of: caller),
                call: WorkflowCallPlan(
                    reference: call.reference, commit: call.commit, plan: plan, arguments: arguments, inputs: call.inputs,
                    secrets: call.secrets))
        }
    }

    /// The one cell of its matrix that the job was.
    private static func strategy(of job: Job) -> StrategyPlan? {
        job.matrix.map { cell in
            StrategyPlan(matrix: .object([.init(name: "include", value: .value(.array([.object(cell)])))]))
        }
    }

    private func step(_ target: Target, among steps: [StepPlan], variables: [NamedTemplate]) -> StepPlan {
        let deployment = target.deployment
        if let inputs = target.inputs {
            return ContainerReturn(deployment, to: target.taskDefinition, inputs: inputs, among: steps).step(titled: target.title)
        }
        return StepPlan(
            name: Template(literal: target.title), environment: variables,
            work: .action(
                ActionCall(
                    reference: "slipway/ecs-rollback",
                    inputs: [
                        ("cluster", deployment.cluster), ("service", deployment.service), ("region", deployment.region),
                        ("task-definition", target.taskDefinition), ("deployment", "\(deployment.id)"),
                    ].map { NamedTemplate(name: $0.0, value: Template(literal: $0.1)) })))
    }

    private static func action(of step: StepPlan) -> String? {
        guard case .action(let call) = step.work else { return nil }
        return call.actionName
    }
}

extension RollbackRun.Target {
    fileprivate var title: String {
        let name = Deployment.shortName(ofDefinition: taskDefinition)
        return "Roll back \(deployment.cluster)/\(deployment.service) to \(name)"
    }
}
