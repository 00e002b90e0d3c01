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
        var answer: ExpressionObject = [
            "name": .string(plan.name),
            "jobs": .array(plan.jobs.map { JobAnswer(job: $0).structure }),
        ]
        let inputs = document.workflow?.dispatchInputs ?? []
        if !inputs.isEmpty { answer["inputs"] = InputAnswer(declared: inputs).structure }
        if !plan.environment.isEmpty { answer["env"] = VariableAnswer(variables: plan.environment).value }
        return PlanAnswer(value: .object(answer), isAccepted: true)
    }

    /// What an event would start: one job per cell of a matrix, in GitHub's order; none where it is not triggered.
    public static func plan(of document: WorkflowDocument, for request: PlanRequest) -> PlanAnswer {
        guard let plan = document.plan, let workflow = document.workflow else { return refusal(of: document) }
        let event = request.event(for: workflow)
        let decision = workflow.decision(for: event, commit: request.commit, changedPaths: request.changedPaths)
        let contexts = contexts(for: event, workflow: workflow)
        let jobs = decision.isTriggered ? plan.jobs.flatMap { JobAnswer(job: $0).cells(in: contexts) } : []
        var answer: ExpressionObject = [
            "triggered": .boolean(decision.isTriggered),
            "reason": .string(decision.reason),
            "name": .string(plan.name),
            "jobs": .array(jobs),
        ]
        if event.name == "workflow_dispatch", !workflow.dispatchInputs.isEmpty {
            answer["inputs"] = InputAnswer(declared: workflow.dispatchInputs).values(given: request.givenInputs)
        }
        if decision.isTriggered, !plan.environment.isEmpty {
            answer["env"] = VariableAnswer(variables: plan.environment).value
        }
        return PlanAnswer(value: .object(answer), isAccepted: true)
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
