internal import Diagnostics
internal import Expressions
internal import YAML

/// A call gets the inputs and secrets that the called file declares, in their types, and asks for no more permissions than its
/// caller has. Rule: `reusable-workflow`.
struct CallCheck {
    let call: WorkflowCall
    let job: WorkflowJob
    let caller: Workflow
    let called: ResolvedCall

    private var name: String { call.workflow.value }

    func check(reportingTo diagnostics: DiagnosticCollector) {
        guard let workflow = called.document.workflow, let trigger = called.trigger else { return }
        checkInputs(trigger, diagnostics)
        checkSecrets(trigger, diagnostics)
        checkOutputs(trigger, diagnostics)
        if let granted = job.permissions ?? caller.permissions {
            var seen: Set<String> = [called.key]
            checkPermissions(of: workflow, calls: called.document.calls, granted: granted, seen: &seen, diagnostics)
        }
    }

    private func checkInputs(_ trigger: WorkflowTrigger, _ diagnostics: DiagnosticCollector) {
        for input in call.inputs {
            let declared = trigger.inputs.first { $0.name.value.lowercased() == input.name.value.lowercased() }
            guard let declared else {
                let meant = trigger.inputs.map(\.name.value).closestMatch(to: input.name.value)
                let advice = meant.map { "; did you mean \"\($0)\"?" } ?? ""
                diagnostics.error(
                    "reusable-workflow", "\"\(name)\" declares no input \"\(input.name.value)\"\(advice)", at: input.name.range)
                continue
            }
            let text = input.value
            let fits =
                switch declared.kind {
                case .boolean: text.node.boolean != nil
                case .number: text.node.number != nil
                case .string, .choice, .environment: true
                }
            if text.isLiteral, !fits {
                diagnostics.error(
                    "reusable-workflow", "the input \"\(input.name.value)\" of \"\(name)\" is a \(declared.kind.rawValue)",
                    at: text.range)
            }
        }
        for input in trigger.inputs where input.isRequired {
            let isGiven = call.inputs.contains { $0.name.value.lowercased() == input.name.value.lowercased() }
            if !isGiven {
                diagnostics.error(
                    "reusable-workflow", "\"\(name)\" needs the input \"\(input.name.value)\"", at: call.workflow.range)
            }
        }
    }

    private func checkSecrets(_ trigger: WorkflowTrigger, _ diagnostics: DiagnosticCollector) {
        var given: [WorkflowVariable] = []
        switch call.secrets {
        case .inherit: return
        case .none: break
        case .named(let secrets): given = secrets
        }
        let declared = Set(trigger.secrets.map { $0.name.value.lowercased() })
        for secret in given where !declared.contains(secret.name.value.lowercased()) {
            diagnostics.error(
                "reusable-workflow", "\"\(name)\" declares no secret \"\(secret.name.value)\"", at: secret.name.range)
        }
        let names = Set(given.map { $0.name.value.lowercased() })
        for secret in trigger.secrets where secret.isRequired && !names.contains(secret.name.value.lowercased()) {
            diagnostics.error(
                "reusable-workflow", "\"\(name)\" needs the secret \"\(secret.name.value)\"", at: call.workflow.range)
        }
    }

    /// What other jobs ask of the call is among its outputs; what is not is empty, so that this is a warning.
    private func checkOutputs(_ trigger: WorkflowTrigger, _ diagnostics: DiagnosticCollector) {
        let known = trigger.outputs.map(\.name.value)
        for expression in caller.expressions {
            for use in expression.references.contexts where ["needs", "jobs"].contains(use.name.lowercased()) {
                let path = use.literalPath
                guard path.count > 2, path[0].lowercased() == job.id.value.lowercased(), path[1].lowercased() == "outputs",
                    !known.contains(where: { $0.lowercased() == path[2].lowercased() })
                else { continue }
                let meant = known.closestMatch(to: path[2]).map { "; did you mean \"\($0)\"?" } ?? "; it is empty here"
                diagnostics.warning(
                    "unknown-reference", "\"\(name)\" declares no output \"\(path[2])\"\(meant)",
                    at: expression.range(of: use.name, at: use.offset))
            }
        }
    }

    /// A called job can't have more permissions than the job that calls; where the caller says nothing, all are taken as given.
    private func checkPermissions(
        of workflow: Workflow, calls: [String: ResolvedCall], granted: WorkflowPermissions, seen: inout Set<String>,
        _ diagnostics: DiagnosticCollector
    ) {
        for job in workflow.jobs where !diagnostics.isFull {
            let wanted = job.permissions ?? workflow.permissions
            if let wanted { check(wanted, of: job, in: workflow, granted: granted, diagnostics) }
            // A call of its own that says more is checked where it stands; one that says nothing passes on what it got.
            guard wanted == nil, let inner = calls[job.id.value], let called = inner.document.workflow,
                seen.insert(inner.key).inserted
            else { continue }
            checkPermissions(of: called, calls: inner.document.calls, granted: granted, seen: &seen, diagnostics)
        }
    }

    private func check(
        _ wanted: WorkflowPermissions, of job: WorkflowJob, in workflow: Workflow, granted: WorkflowPermissions,
        _ diagnostics: DiagnosticCollector
    ) {
        let file = workflow.path == called.document.path ? name : workflow.path
        for (scope, level) in wanted.scopes where level > granted.level(of: scope.value) {
            diagnostics.error(
                "reusable-workflow",
                "the job \"\(job.id.value)\" of \"\(file)\" asks for \"\(scope.value): \(level.rawValue)\", the calling job gives "
                    + "\"\(granted.level(of: scope.value).rawValue)\"",
                at: call.workflow.range)
        }
        if wanted.others > granted.others, wanted.scopes.isEmpty {
            diagnostics.error(
                "reusable-workflow",
                "the job \"\(job.id.value)\" of \"\(file)\" asks for \"\(wanted.others.rawValue)-all\", more than the calling job gives",
                at: call.workflow.range)
        }
    }
}
