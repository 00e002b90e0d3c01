public import Expressions

extension JobPlan {
    /// Every expression that the job's worker may evaluate, those of its steps among them. What is evaluated before there is a
    /// worker (matrix, labels, concurrency, the inputs of a call) is none of them.
    public var expressions: [Expression] {
        var expressions = condition.expressions.map(\.expression)
        expressions += environment.flatMap(\.value.expressions) + outputs.flatMap(\.value.expressions)
        expressions += [name, defaults.shell, defaults.workingDirectory, continueOnError, timeoutMinutes, deployment?.url]
            .flatMap { $0?.expressions ?? [] }
        expressions += (container?.expressions ?? []) + (services?.expressions ?? [])
        return expressions + steps.flatMap(\.expressions)
    }
}

extension StepPlan {
    /// Every expression in the step, and in the steps inside it.
    public var expressions: [Expression] {
        var expressions = condition.expressions.map(\.expression) + environment.flatMap(\.value.expressions)
        expressions += [name, continueOnError, timeoutMinutes].flatMap { $0?.expressions ?? [] }
        switch work {
        case .script(let script):
            expressions += [script.text, script.shell, script.workingDirectory].flatMap { $0?.expressions ?? [] }
        case .action(let call):
            expressions += call.inputs.flatMap(\.value.expressions)
        case .parallel(let steps):
            expressions += steps.flatMap(\.expressions)
        case .commands, .wait, .waitAll, .cancel: break
        }
        return expressions
    }
}
