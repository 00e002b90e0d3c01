internal import Expressions
internal import Plan

extension StepExecution {
    /// Composite actions inside each other, the outermost one counted; GitHub's limit.
    static let deepestAction = 10

    /// Runs a `uses` step.
    func run(_ call: ActionCall, of step: PreparedStep, in scope: StepScope) throws(ExecutionError) -> StepEnd {
        let action: ResolvedAction
        do { action = try site.resolve(call.reference, calledBy: scope.action, cancellation: cancellation) } catch {
            return try failed(error)
        }
        if action.hasPre, action.found?.source == nil {
            try warn("`pre` execution is not supported for local action from '\(call.reference)'")
        }
        if action.hasPost { register(ActionStage(path: step.path, plan: step.plan, actionName: step.actionName, action: action)) }
        return try run(action, call, of: step, stage: .main, in: scope)
    }

    /// Runs a `pre` or `post`. Its condition holds.
    func run(_ stage: ActionStage, as kind: Stage, in scope: StepScope, step: PreparedStep) throws(ExecutionError) -> StepEnd {
        guard case .action(let call) = stage.plan.work else { return StepEnd(outcome: .success) }
        var scope = scope
        scope.github["action"] = .string(stage.actionName)
        if kind == .pre, stage.action.hasPost {
            register(ActionStage(path: stage.path, plan: stage.plan, actionName: stage.actionName, action: stage.action))
        }
        if kind == .post { log.write("Post job cleanup.") }
        if let found = stage.action.found, case .composite = found.plan.work {
            return try run(stage, of: found, as: kind, call, step: step, in: scope)
        }
        return try run(stage.action, call, of: step, stage: kind, in: scope)
    }

    func register(_ stage: ActionStage) { ActionStage.add(stage, to: &posts[posts.count - 1]) }

    private func run(
        _ action: ResolvedAction, _ call: ActionCall, of step: PreparedStep, stage: Stage, in scope: StepScope
    ) throws(ExecutionError) -> StepEnd {
        switch action {
        case .builtin(let builtin): return try run(builtin, call, of: step, stage: stage, in: scope)
        case .image(let image):
            let plan = DockerAction(image: .reference(image), preCondition: .whenSuccessful, postCondition: .whenSuccessful)
            return try run(plan, of: nil, call, step: step, stage: stage, in: scope)
        case .found(let found):
            let scope = scope.entering(found)
            switch found.plan.work {
            case .composite(let steps): return try run(steps, of: found, call, step: step, in: scope)
            case .node(let node): return try run(node, of: found, call, step: step, stage: stage, in: scope)
            case .docker(let docker): return try run(docker, of: found, call, step: step, stage: stage, in: scope)
            }
        }
    }

    /// Evaluates the inputs of a call, says what is to be said of them, and writes the head of the log.
    func prepareInputs(
        _ call: ActionCall, of found: FoundAction?, known: [String]? = nil, others: [String] = [], step: PreparedStep,
        stage: Stage, in scope: StepScope
    ) throws(ExecutionError) -> ActionInputs {
        let inputs = try ActionInputs(
            call, declared: found?.plan.inputs, known: known, others: others,
            evaluator: evaluator(scope, environment: step.environment))
        guard stage != .post else { return inputs }
        for warning in inputs.warnings { try warn(warning) }
        log.write("##[group]Run \(call.reference)")
        let given = inputs.values.pairs.filter { !$0.value.displayString.isEmpty }
        if !given.isEmpty {
            log.write("with:")
            for (name, value) in given { log.write("  \(name): \(value.displayString)") }
        }
        describe(environment: step.environment)
        log.write("##[endgroup]")
        return inputs
    }

    /// What an action's process finds of its call: inputs, state, and the services' addresses.
    func actionEnvironment(
        _ inputs: ActionInputs, of step: PreparedStep, as caller: ServiceCaller
    ) throws(ExecutionError) -> [String: String] {
        var environment: [String: String] = [:]
        for (name, value) in site.state(of: step.path) { environment["STATE_\(name)"] = value }
        environment.merge(inputs.environment) { $1 }
        guard let services = site.services else { return environment }
        do throws(ExecutionError) {
            let variables = try services.environment(
                for: caller, in: site.workplace, deadline: limit.deadline, cancellation: cancellation)
            for (name, value) in variables where name.hasSuffix("TOKEN") && !log.masks(value) { log.addMask(value) }
            environment.merge(variables) { $1 }
        } catch {
            try warn("the action finds no services of artifacts and caches: \(error.message)")
        }
        return environment
    }

    /// The end of a step whose action failed, or that was stopped meanwhile.
    func failed(_ failure: ActionFailure) throws(ExecutionError) -> StepEnd {
        if cancellation.level != .none, !cancellation.isAsked { return timedOut() }
        report(failure.message)
        if cancellation.level != .none { return StepEnd(outcome: .cancelled, reason: cancellation.reason) }
        try annotate(Annotation(level: .error, message: failure.message))
        var end = StepEnd.failed(failure.message)
        end.exitCode = failure.exitCode
        return end
    }
}

extension StepScope {
    /// The scope of the step that calls an action, with what the action's own process sees of it.
    func entering(_ action: FoundAction) -> StepScope {
        var scope = self
        scope.github["action_path"] = .string(action.folder.inside)
        scope.github["action_repository"] = .string(action.source?.repository ?? "")
        scope.github["action_ref"] = .string(action.source?.ref ?? "")
        return scope
    }
}

extension JobSite {
    /// Finds what a `uses` means.
    func resolve(
        _ reference: String, calledBy caller: FoundAction?, cancellation: Cancellation
    ) throws(ActionFailure) -> ResolvedAction {
        if reference.lowercased().hasPrefix("docker://") { return .image(String(reference.dropFirst(9))) }
        if let action = actions[ActionCall(reference: reference).actionName] { return .builtin(action) }
        return .found(
            try catalog.find(reference, calledBy: caller, in: workplace.folders, cancellation: cancellation))
    }
}
