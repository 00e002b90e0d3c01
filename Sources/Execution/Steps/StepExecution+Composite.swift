internal import Expressions
internal import Plan

extension StepExecution {
    /// Runs the steps of a composite action, and evaluates its outputs.
    func run(
        _ steps: [StepPlan], of found: FoundAction, _ call: ActionCall, step: PreparedStep, in scope: StepScope
    ) throws(ExecutionError) -> StepEnd {
        let inputs = try prepareInputs(call, of: found, step: step, stage: .main, in: scope)
        var inside = scope.inside(found, step: step, inputs: inputs)
        guard inside.path.count <= Self.deepestAction else {
            throw ExecutionError(
                "\(call.reference) is an action in an action, more than \(Self.deepestAction) deep: does it call itself?")
        }
        posts.append([])
        var end = try run(steps, in: &inside)
        let children = posts.removeLast()
        if !children.isEmpty {
            register(
                ActionStage(
                    path: step.path, plan: step.plan, actionName: step.actionName, action: .found(found),
                    children: children.sorted { $0.path.lexicographicallyPrecedes($1.path) }, steps: inside.steps))
        }
        let evaluator = evaluator(inside, environment: variables.environment.merging(inside.environment) { $1 })
        for output in found.plan.outputs {
            end.outputs[output.name] = .string(try evaluator.text(output.value, in: "the action's output \(output.name)"))
        }
        return end
    }

    /// Runs the steps inside; the first failure is the action's, but steps that ask for it still run.
    private func run(_ steps: [StepPlan], in scope: inout StepScope) throws(ExecutionError) -> StepEnd {
        var end = StepEnd(outcome: .success)
        var failures = 0
        let names = StepScope.actionNames(of: steps)
        for (index, plan) in steps.enumerated() {
            if cancellation.level != .none { break }
            scope.github["action_status"] = .string(scope.status.rawValue)
            let result = try runInside(plan, path: scope.path + [index], name: names[index], in: &scope)
            guard result.outcome != .success, result.outcome != .skipped else { continue }
            if end.outcome == .success {
                end = result
                end.outputs = ExpressionObject()
                if result.exitCode != nil { end.reason = "\(result.reason ?? "failed") in \(plan.displayName)" }
            }
            scope.status = result.outcome == .cancelled ? .cancelled : .failure
            failures += 1
        }
        if end.outcome == .success, let stopped = stopped() { return stopped }
        // What else failed nobody can approve.
        if failures > 1 { end.review = nil }
        return end
    }

    /// One step inside: whether it runs, what comes of it, and what its siblings see of it. The outcome that is returned is that
    /// after `continue-on-error`.
    private func runInside(
        _ plan: StepPlan, path: CallPath, name: String, in scope: inout StepScope
    ) throws(ExecutionError) -> StepEnd {
        var end: StepEnd
        var tolerates = false
        do {
            let outer = variables.environment.merging(scope.environment) { $1 }
            let own = try evaluator(scope, environment: outer).variables(plan.environment, in: "env")
            let environment = outer.merging(own) { $1 }
            let evaluator = evaluator(scope, environment: environment)
            if try evaluator.holds(plan.condition) {
                tolerates = try evaluator.flag(plan.continueOnError, in: "continue-on-error")
                end = try perform(
                    PreparedStep(
                        plan: plan, path: path, actionName: name, environment: environment,
                        ownEnvironment: scope.environment.merging(own) { $1 }),
                    in: scope)
            } else {
                end = StepEnd(outcome: .skipped)
            }
        } catch {
            report(error.message)
            end = .failed(error.message)
        }
        let conclusion = end.outcome.isFailure && tolerates ? Conclusion.success : end.outcome
        if let id = plan.id {
            scope.record(outputs: end.outputs, outcome: end.outcome, conclusion: conclusion, ofStep: id)
        }
        end.outcome = conclusion
        return end
    }

    /// The `pre` or `post` of a composite action: those of the actions inside it. Posts run from the last one to the first.
    func run(
        _ stage: ActionStage, of found: FoundAction, as kind: Stage, _ call: ActionCall, step: PreparedStep, in scope: StepScope
    ) throws(ExecutionError) -> StepEnd {
        let inputs = try ActionInputs(
            call, declared: found.plan.inputs, evaluator: evaluator(scope, environment: step.environment))
        var inside = scope.entering(found).inside(found, step: step, inputs: inputs)
        inside.steps = stage.steps
        posts.append([])
        var end = StepEnd(outcome: .success)
        for child in kind == .post ? stage.children.reversed() : stage.children {
            if cancellation.level != .none { break }
            let result = try runInside(child, as: kind, in: inside)
            if result.outcome != .success, result.outcome != .skipped, end.outcome == .success { end = result }
        }
        let children = posts.removeLast()
        if !children.isEmpty {
            var post = stage
            post.children = children
            register(post)
        }
        if end.outcome == .success, let stopped = stopped() { return stopped }
        return end
    }

    private func runInside(_ stage: ActionStage, as kind: Stage, in scope: StepScope) throws(ExecutionError) -> StepEnd {
        do {
            let outer = variables.environment.merging(scope.environment) { $1 }
            let own = try evaluator(scope, environment: outer).variables(stage.plan.environment, in: "env")
            let environment = outer.merging(own) { $1 }
            if let condition = stage.action.condition(of: kind) {
                let key = kind == .pre ? "pre-if" : "post-if"
                guard try evaluator(scope, environment: environment).holds(condition, in: key) else {
                    return StepEnd(outcome: .skipped)
                }
            }
            let step = PreparedStep(
                plan: stage.plan, path: stage.path, actionName: stage.actionName, environment: environment,
                ownEnvironment: scope.environment.merging(own) { $1 })
            let end = try run(stage, as: kind, in: scope, step: step)
            let evaluator = evaluator(scope, environment: environment)
            if end.outcome.isFailure, try evaluator.flag(stage.plan.continueOnError, in: "continue-on-error") {
                return StepEnd(outcome: .success)
            }
            return end
        } catch {
            report(error.message)
            return .failed(error.message)
        }
    }
}

extension StepScope {
    /// The scope of the steps inside a composite action; this is the one of the step that calls it.
    fileprivate func inside(_ action: FoundAction, step: PreparedStep, inputs: ActionInputs) -> StepScope {
        var scope = StepScope(path: step.path, action: action, inputs: inputs.values)
        scope.github = github
        scope.environment = step.ownEnvironment
        return scope
    }
}
