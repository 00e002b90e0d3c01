internal import Diagnostics
internal import Expressions
internal import Plan

extension WorkflowLowering {
    /// The call of a job whose workflow was read.
    static func plan(of call: WorkflowCall, to resolved: ResolvedCall) -> WorkflowCallPlan? {
        guard let plan = resolved.document.plan, let trigger = resolved.trigger else { return nil }
        return WorkflowCallPlan(
            reference: call.workflow.value, commit: resolved.commit, plan: plan, arguments: call.inputs.map(\.template),
            inputs: trigger.inputs.map(\.callPlan), secrets: call.secrets.plan, outputs: trigger.outputs.map(\.template))
    }

    /// A job can't do without the workflow that it calls.
    static func obstacle(ofUnreadCallBy job: WorkflowJob, in workflow: Workflow) -> Diagnostic? {
        job.call.map { call in
            Diagnostic(
                severity: .warning, rule: "unsupported", message: "the workflow \"\(call.workflow.value)\" was not read",
                file: workflow.path, range: call.workflow.range)
        }
    }
}

extension WorkflowInput {
    var callPlan: WorkflowCallPlan.Input {
        let kind: WorkflowCallPlan.Input.Kind =
            switch self.kind {
            case .boolean: .boolean
            case .number: .number
            case .string, .choice, .environment: .string
            }
        return WorkflowCallPlan.Input(
            name: name.value, kind: kind, defaultValue: defaultText?.template, isRequired: isRequired)
    }
}

extension WorkflowCall.Secrets {
    fileprivate var plan: WorkflowCallPlan.Secrets {
        switch self {
        case .none: .none
        case .inherit: .inherit
        case .named(let secrets): .named(secrets.map(\.template))
        }
    }
}
