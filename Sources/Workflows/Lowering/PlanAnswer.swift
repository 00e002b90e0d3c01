internal import Diagnostics
public import Expressions
internal import Plan

/// What `slipway plan` answers about a workflow file: what would run for an event, or the file's structure.
public struct PlanAnswer: Sendable {
    public let value: ExpressionValue
    /// False where the file has mistakes; they are in `value` then.
    public let isAccepted: Bool

    /// The jobs as written, matrices not expanded.
    public static func structure(of document: WorkflowDocument) -> PlanAnswer {
        guard let plan = document.plan else { return refusal(of: document) }
        return PlanAnswer(
            value: [
                "name": .string(plan.name),
                "jobs": .array(plan.jobs.map { JobAnswer(job: $0).structure }),
            ], isAccepted: true)
    }

    /// What an event would start: one job per cell of a matrix, in GitHub's order; none where it is not triggered.
    public static func plan(of document: WorkflowDocument, for request: PlanRequest) -> PlanAnswer {
        guard let plan = document.plan, let workflow = document.workflow else { return refusal(of: document) }
        let event = request.event(for: workflow)
        let decision = workflow.decision(for: event, commit: request.commit, changedPaths: request.changedPaths)
        let contexts = contexts(for: event, workflow: workflow)
        let jobs = decision.isTriggered ? plan.jobs.flatMap { JobAnswer(job: $0).cells(in: contexts) } : []
        return PlanAnswer(
            value: [
                "triggered": .boolean(decision.isTriggered),
                "reason": .string(decision.reason),
                "name": .string(plan.name),
                "jobs": .array(jobs),
            ], isAccepted: true)
    }

    private static func refusal(of document: WorkflowDocument) -> PlanAnswer {
        PlanAnswer(
            value: [
                "triggered": false,
                "reason": "the file has mistakes",
                "jobs": [],
                "diagnostics": document.diagnosticsValue,
            ], isAccepted: false)
    }

    /// What is known before any job has run.
    private static func contexts(for event: Event, workflow: Workflow) -> ExpressionObject {
        [
            "github": [
                "event_name": .string(event.name),
                "event": event.payload,
                "ref": .string(event.ref),
                "ref_name": .string(event.reference.shortName),
                "ref_type": event.reference.isTag ? "tag" : "branch",
                "sha": .string(event.commit),
                "base_ref": .string(event.baseBranch ?? ""),
                "head_ref": .string(event.headBranch ?? ""),
                "actor": .string(event.actor),
                "repository": .string(event.repository),
                "workflow": .string(workflow.displayName),
            ],
            "inputs": .object(event.inputs),
            "vars": [:],
        ]
    }
}

/// The answer about one job.
private struct JobAnswer {
    let job: JobPlan

    var structure: ExpressionValue {
        answer(name: job.name?.source ?? job.key, matrix: .null, runsOn: job.runsOn.map { .string($0.source) })
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
        let title = job.name.map { name in (try? name.text(in: context)) ?? name.source }
        let name = title ?? JobTitle.text(key: job.key, matrix: matrix)
        let runsOn = job.runsOn.flatMap { labels(of: $0, in: context) }
        return answer(name: name, matrix: matrix.map(ExpressionValue.object) ?? .null, runsOn: runsOn)
    }

    private func labels(of template: Template, in context: EvaluationContext) -> [ExpressionValue] {
        switch try? template.evaluate(in: context) {
        case .array(let labels): labels
        case .object(let object)?: [object["labels"] ?? .object(object)]
        case let value?: [.string(value.displayString)]
        case nil: [.string(template.source)]
        }
    }

    private func answer(name: String, matrix: ExpressionValue, runsOn: [ExpressionValue]) -> ExpressionValue {
        [
            "id": .string(job.key),
            "name": .string(name),
            "needs": .array(job.needs.map(ExpressionValue.string)),
            "matrix": matrix,
            "if": job.condition.source.isEmpty ? .null : .string(job.condition.source),
            "runsOn": .array(runsOn),
            "steps": .array(job.steps.map(answer)),
            "obstacles": .array(job.obstacles.map { .string($0.message) }),
        ]
    }

    private func answer(of step: StepPlan) -> ExpressionValue {
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
        case .wait, .waitAll, .cancel, .parallel: object["kind"] = "control"
        }
        object["line"] = .number(Double(step.position.line))
        return .object(object)
    }
}
