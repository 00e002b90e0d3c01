internal import Expressions
internal import Plan

extension JobWalker {
    /// Runs a `uses` step by a built-in action.
    func run(_ call: ActionCall, of step: PreparedStep) throws(ExecutionError) -> StepEnd {
        guard let action = actions[call.actionName] else {
            throw ExecutionError("the action \(call.reference) is not supported: use one of \(actions.keys.sorted())")
        }
        var inputs: [String: String] = [:]
        for (name, value) in try variables(call.inputs, in: "with", environment: step.environment) {
            inputs[name.lowercased()] = value
        }
        log.write("##[group]Run \(call.reference)")
        if !inputs.isEmpty {
            log.write("with:")
            for (name, value) in inputs.sorted(by: { $0.key < $1.key }) { log.write("  \(name): \(value)") }
        }
        describe(environment: step.environment)
        log.write("##[endgroup]")
        cancellation.acknowledge(seenLevel)
        let invocation = ActionInvocation(
            inputs: inputs, environment: step.environment, assignment: assignment, workplace: workplace,
            cancellation: cancellation, log: { [log] line in log.write(line) })
        do {
            let result = try action.run(invocation)
            for var annotation in result.annotations {
                annotation.step = step.number
                try annotate(annotation)
            }
            return StepEnd(outcome: .success, outputs: result.outputs)
        } catch let failure as ActionFailure {
            report(failure.message)
            if cancellation.level != .none { return StepEnd(outcome: .cancelled, reason: cancellation.reason) }
            try annotate(Annotation(level: .error, message: failure.message, step: step.number))
            return .failed(failure.message)
        } catch let error as ExecutionError {
            throw error
        } catch {
            throw ExecutionError("\(error)")
        }
    }
}
