internal import Diagnostics
public import Expressions
internal import Plan

/// What `slipway plan` answers about a buildspec: its jobs, and its phases as they are written.
public struct BuildspecAnswer: Sendable {
    public let value: ExpressionValue
    /// False where the file has mistakes; they are in `value` then.
    public let isAccepted: Bool

    /// - Parameter expandsMatrices: one job for each cell of a matrix; else one for each as written.
    public init(_ document: BuildspecDocument, project: BuildspecProject = BuildspecProject(), expandsMatrices: Bool) {
        guard let buildspec = document.buildspec, let plan = document.plan(for: project) else {
            value = [
                "triggered": false, "reason": "the file has mistakes", "jobs": [], "phases": [],
                "diagnostics": .array(document.diagnostics.map(\.value)),
            ]
            isAccepted = false
            return
        }
        var object: ExpressionObject = ["name": .string(plan.name)]
        if expandsMatrices {
            object["triggered"] = true
            object["reason"] = "a buildspec says nothing of when it runs: the repository's settings do"
        }
        object["jobs"] = .array(plan.jobs.flatMap { expandsMatrices ? Self.cells(of: $0) : [Self.answer($0, matrix: nil)] })
        object["phases"] = .array(buildspec.phases.map(\.answer))
        value = .object(object)
        isAccepted = true
    }

    private static func cells(of job: JobPlan) -> [ExpressionValue] {
        guard let matrix = job.strategy?.matrix, let value = try? matrix.evaluate(in: EvaluationContext(contexts: [:])),
            let cells = try? MatrixExpansion.cells(of: value)
        else { return [answer(job, matrix: nil)] }
        return cells.map { answer(job, matrix: $0) }
    }

    private static func answer(_ job: JobPlan, matrix: ExpressionObject?) -> ExpressionValue {
        let context = EvaluationContext(contexts: ["matrix": .object(matrix ?? ExpressionObject())])
        var object: ExpressionObject = [
            "id": .string(job.key),
            "name": .string(matrix == nil ? job.name?.source ?? job.key : JobTitle.text(of: job, matrix: matrix, in: context)),
            "needs": .array(job.needs.map(ExpressionValue.string)),
            "matrix": matrix.map(ExpressionValue.object) ?? .null,
            "if": .null,
            "runsOn": .array(job.runsOn.map { .string($0.source) }),
            "steps": .array(job.steps.map(answer)),
            "obstacles": .array(job.obstacles.map { .string($0.message) }),
        ]
        // Those that whoever starts it gives have no name yet.
        let named = job.environment.filter { !$0.name.isEmpty }
        if !named.isEmpty {
            var variables = ExpressionObject()
            for variable in named { variables[variable.name] = .string(variable.value.source) }
            object["env"] = .object(variables)
        }
        return .object(object)
    }

    private static func answer(_ step: StepPlan) -> ExpressionValue {
        var object: ExpressionObject = [
            "id": step.id.map(ExpressionValue.string) ?? .null, "name": .string(step.displayName), "kind": "run",
            "if": step.condition.source.isEmpty ? .null : .string(step.condition.source),
        ]
        switch step.work {
        case .commands(let block): object["commands"] = .array(block.commands.map { .string($0.text) })
        case .action(let call):
            object["kind"] = "uses"
            object["uses"] = .string(call.reference)
        case .script, .wait, .waitAll, .cancel, .parallel: break
        }
        object["line"] = .number(Double(step.position.line))
        return .object(object)
    }
}

extension BuildspecPhase {
    fileprivate var answer: ExpressionValue {
        [
            "name": .string(name.rawValue), "commands": .array(commands.map { .string($0.value) }),
            "finally": .array(finally.map { .string($0.value) }),
            "onFailure": onFailure.map { .string($0.value.word) } ?? .null,
        ]
    }
}

extension FailureAction {
    /// As a file has it.
    fileprivate var word: String {
        switch self {
        case .abort: "ABORT"
        case .proceed: "CONTINUE"
        case .retry(let retry): "RETRY-\(retry.count)\(retry.pattern.map { "-\($0)" } ?? "")"
        }
    }
}

extension Diagnostic {
    fileprivate var value: ExpressionValue {
        [
            "severity": .string(severity.rawValue), "rule": .string(rule), "message": .string(message),
            "file": .string(file), "line": .number(Double(line)), "column": .number(Double(column)),
        ]
    }
}
