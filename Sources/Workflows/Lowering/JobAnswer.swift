internal import Diagnostics
internal import Expressions
internal import Plan

/// The answer of a plan about one job.
struct JobAnswer {
    let job: JobPlan
    /// What stands before the name of a job in a called workflow: `build / `.
    var prefix = ""

    /// The job as it is written.
    var structure: ExpressionValue {
        let name = prefix + (job.name?.source ?? job.key)
        let call = job.call.map { call in
            Self.call(call, jobs: call.plan.jobs.map { JobAnswer(job: $0, prefix: "\(name) / ").structure })
        }
        return answer(
            name: name, matrix: .null, runsOn: job.runsOn.map { .string($0.source) }, call: call,
            environment: environment(in: nil))
    }

    /// One answer per cell. A matrix that depends on what earlier jobs yield can't be expanded yet: then one with `matrix`
    /// null and the reason.
    func cells(in contexts: ExpressionObject) -> [ExpressionValue] {
        guard let matrix = job.strategy?.matrix else { return [cell(nil, in: contexts)] }
        do {
            let value = try matrix.evaluate(in: EvaluationContext(contexts: contexts))
            do {
                return try MatrixExpansion.cells(of: value).map { cell($0, in: contexts) }
            } catch {
                return [unexpanded(error.message)]
            }
        } catch {
            return [unexpanded(error.message)]
        }
    }

    private func unexpanded(_ problem: String) -> ExpressionValue {
        guard case .object(var object) = structure else { return structure }
        object["problem"] = .string("the matrix is not known before the run: \(problem)")
        return .object(object)
    }

    private func cell(_ matrix: ExpressionObject?, in contexts: ExpressionObject) -> ExpressionValue {
        var contexts = contexts
        contexts["matrix"] = .object(matrix ?? ExpressionObject())
        let context = EvaluationContext(contexts: contexts)
        let name = prefix + JobTitle.text(of: job, matrix: matrix, in: context)
        let runsOn = job.runsOn.flatMap { labels(of: $0, in: context) }
        let call = job.call.map { call in
            var inner = contexts
            inner["inputs"] = .object(inputs(of: call, in: contexts))
            inner["matrix"] = nil
            return Self.call(
                call, jobs: call.plan.jobs.flatMap { JobAnswer(job: $0, prefix: "\(name) / ").cells(in: inner) },
                inputs: inner["inputs"])
        }
        return answer(
            name: name, matrix: matrix.map(ExpressionValue.object) ?? .null, runsOn: runsOn, call: call,
            environment: environment(in: context))
    }

    /// What the called workflow sees as far as it is known before the run: an input that is not is missing.
    private func inputs(of call: WorkflowCallPlan, in contexts: ExpressionObject) -> ExpressionObject {
        var values = ExpressionObject()
        for input in call.inputs {
            let argument = call.arguments.first { $0.name.lowercased() == input.name.lowercased() }?.value
            guard let template = argument ?? input.defaultValue else {
                let empty: [WorkflowCallPlan.Input.Kind: ExpressionValue] = [.string: "", .boolean: false, .number: 0]
                values[input.name] = empty[input.kind]
                continue
            }
            var outer = contexts
            if argument == nil { outer["inputs"] = .object(values) }
            guard let value = try? template.evaluate(in: EvaluationContext(contexts: outer)) else { continue }
            values[input.name] = input.kind.typed(value)
        }
        return values
    }

    /// The deployment environment as far as it is known before the run; what is not is as it is written.
    private func environment(in context: EvaluationContext?) -> ExpressionValue? {
        guard let deployment = job.deployment else { return nil }
        func text(_ template: Template) -> ExpressionValue {
            .string(context.flatMap { try? template.text(in: $0) } ?? template.source)
        }
        return ["name": text(deployment.name), "url": deployment.url.map(text) ?? .null]
    }

    private func labels(of template: Template, in context: EvaluationContext) -> [ExpressionValue] {
        switch try? template.evaluate(in: context) {
        case .array(let labels): labels
        case .object(let object)?: [object["labels"] ?? .object(object)]
        case let value?: [.string(value.displayString)]
        case nil: [.string(template.source)]
        }
    }

    // MARK: JSON

    /// - Parameter inputs: with their values; nil: as they are written.
    private static func call(
        _ call: WorkflowCallPlan, jobs: [ExpressionValue], inputs: ExpressionValue? = nil
    ) -> ExpressionValue {
        var object: ExpressionObject = [
            "workflow": .string(call.reference), "path": .string(call.plan.path),
            "commit": call.commit.map(ExpressionValue.string) ?? .null, "jobs": .array(jobs),
        ]
        let known = inputs ?? VariableAnswer(variables: call.arguments).value
        if known != .object(ExpressionObject()) { object["inputs"] = known }
        return .object(object)
    }

    private func answer(
        name: String, matrix: ExpressionValue, runsOn: [ExpressionValue], call: ExpressionValue?,
        environment: ExpressionValue?
    ) -> ExpressionValue {
        var object: ExpressionObject = [
            "id": .string(job.key),
            "name": .string(name),
            "needs": .array(job.needs.map(ExpressionValue.string)),
            "matrix": matrix,
            "if": job.condition.source.isEmpty ? .null : .string(job.condition.source),
            "runsOn": .array(runsOn),
            "steps": .array(job.steps.map(Self.answer)),
            "obstacles": .array(job.obstacles.map { .string($0.message) }),
        ]
        if let call { object["call"] = call }
        if let environment { object["environment"] = environment }
        if !job.environment.isEmpty { object["env"] = VariableAnswer(variables: job.environment).value }
        if let approval = job.approval {
            object["approval"] = [
                "message": approval.message.map { .string($0.source) } ?? .null,
                "approvers": .array(approval.approvers.map(ExpressionValue.string)),
                "timeoutMinutes": .number(approval.timeout / 60),
            ]
        }
        return .object(object)
    }

    private static func answer(of step: StepPlan) -> ExpressionValue {
        var object: ExpressionObject = [
            "id": step.id.map(ExpressionValue.string) ?? .null,
            "name": .string(step.displayName),
            "kind": "run",
            "if": step.condition.source.isEmpty ? .null : .string(step.condition.source),
        ]
        switch step.work {
        case .script(let script): object["run"] = .string(script.text.source)
        case .action(let call):
            object["kind"] = "uses"
            object["uses"] = .string(call.reference)
        case .commands: break
        case .wait, .waitAll, .cancel: object["kind"] = "control"
        case .parallel(let steps):
            object["kind"] = "parallel"
            object["steps"] = .array(steps.map(answer))
        }
        if step.isBackground { object["background"] = true }
        object["line"] = .number(Double(step.position.line))
        return .object(object)
    }
}

extension WorkflowCallPlan.Input.Kind {
    /// The value in this type where it is written as text.
    fileprivate func typed(_ value: ExpressionValue) -> ExpressionValue {
        switch (self, value) {
        case (.boolean, .string(let text)): .boolean(text == "true")
        case (.number, .string(let text)): Double(text).map(ExpressionValue.number) ?? value
        case (.string, _): .string(value.displayString)
        default: value
        }
    }
}
