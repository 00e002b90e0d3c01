internal import Diagnostics
internal import YAML

/// A call of a workflow of the same repository: the file is there, can be called, and gets the inputs and secrets that it
/// declares. Rule: `reusable-workflow`.
struct ReusableWorkflowCheck {
    /// The text of a file by its path from the repository's root.
    let file: (String) -> String?

    /// How many workflows may call each other, the first one included, as on GitHub.
    static let levels = 10

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        var called: [String: Callee] = [:]
        for job in workflow.jobs {
            guard let call = job.call, call.workflow.value.hasPrefix("./") else { continue }
            let path = String(call.workflow.value.dropFirst(2))
            let callee = called[path] ?? callee(at: path)
            called[path] = callee
            check(call, of: job, in: workflow, callee, diagnostics)
        }
    }

    // MARK: The called file

    private enum Callee {
        case missing
        case refused(String)
        case workflow(Workflow, WorkflowTrigger)
    }

    private func callee(at path: String) -> Callee {
        guard let text = file(path) else { return .missing }
        let document = YAMLDocument.parse(text, file: path)
        let diagnostics = DiagnosticCollector(file: path)
        diagnostics.append(contentsOf: document.diagnostics)
        let workflow = WorkflowReader.syntaxTree(of: document, path: path, diagnostics: diagnostics)
        if let workflow {
            for check in WorkflowChecks.all { check.check(workflow, reportingTo: diagnostics) }
        }
        if let error = diagnostics.diagnostics.inFileOrder.first(where: { $0.severity == .error }) {
            return .refused("it has mistakes: line \(error.line), column \(error.column): \(error.message)")
        }
        guard let workflow, let trigger = workflow.trigger("workflow_call") else {
            return .refused("it can't be called: its \"on\" has no \"workflow_call\"")
        }
        if let problem = depthProblem(of: workflow) { return .refused(problem) }
        return .workflow(workflow, trigger)
    }

    /// Follows the calls from a called workflow on, to find calls without an end.
    private func depthProblem(of workflow: Workflow) -> String? {
        var level: Set<String> = [workflow.path]
        var known: [String: Set<String>] = [workflow.path: Self.localCalls(of: workflow)]
        for _ in 1..<Self.levels {
            var next: Set<String> = []
            for path in level {
                let calls = known[path] ?? file(path).map(Self.localCalls(in:)) ?? []
                known[path] = calls
                next.formUnion(calls)
            }
            if next.isEmpty { return nil }
            level = next
        }
        return "its calls go deeper than \(Self.levels) levels, or in a circle"
    }

    private static func localCalls(of workflow: Workflow) -> Set<String> {
        Set(
            workflow.jobs.compactMap(\.call?.workflow.value).filter { $0.hasPrefix("./") }.map { String($0.dropFirst(2)) })
    }

    private static func localCalls(in text: String) -> Set<String> {
        let document = YAMLDocument.parse(text, file: "")
        let workflow = WorkflowReader.syntaxTree(of: document, path: "", diagnostics: DiagnosticCollector(file: ""))
        return workflow.map(localCalls(of:)) ?? []
    }

    // MARK: The call

    private func check(
        _ call: WorkflowCall, of job: WorkflowJob, in caller: Workflow, _ callee: Callee,
        _ diagnostics: DiagnosticCollector
    ) {
        let name = call.workflow.value
        switch callee {
        case .missing:
            diagnostics.error(
                "reusable-workflow", "there is no file \"\(name.dropFirst(2))\" in this repository", at: call.workflow.range)
        case .refused(let reason):
            diagnostics.error("reusable-workflow", "\"\(name)\" can't be used: \(reason)", at: call.workflow.range)
        case .workflow(let workflow, let trigger):
            checkInputs(of: call, trigger, diagnostics)
            checkSecrets(of: call, trigger, diagnostics)
            checkPermissions(of: call, granted: job.permissions ?? caller.permissions, workflow, diagnostics)
        }
    }

    private func checkInputs(of call: WorkflowCall, _ trigger: WorkflowTrigger, _ diagnostics: DiagnosticCollector) {
        let name = call.workflow.value
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

    private func checkSecrets(of call: WorkflowCall, _ trigger: WorkflowTrigger, _ diagnostics: DiagnosticCollector) {
        var given: [WorkflowVariable] = []
        switch call.secrets {
        case .inherit: return
        case .none: break
        case .named(let secrets): given = secrets
        }
        let name = call.workflow.value
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

    /// A called job can't have more permissions than the job that calls; where the caller says nothing, all are taken as given.
    private func checkPermissions(
        of call: WorkflowCall, granted: WorkflowPermissions?, _ callee: Workflow, _ diagnostics: DiagnosticCollector
    ) {
        guard let granted else { return }
        for job in callee.jobs {
            guard let wanted = job.permissions ?? callee.permissions else { continue }
            for (scope, level) in wanted.scopes where level > granted.level(of: scope.value) {
                diagnostics.error(
                    "reusable-workflow",
                    "the job \"\(job.id.value)\" of \"\(call.workflow.value)\" asks for \"\(scope.value): \(level.rawValue)\", the "
                        + "calling job gives \"\(granted.level(of: scope.value).rawValue)\"",
                    at: call.workflow.range)
            }
            if wanted.others > granted.others, wanted.scopes.isEmpty {
                diagnostics.error(
                    "reusable-workflow",
                    "the job \"\(job.id.value)\" of \"\(call.workflow.value)\" asks for \"\(wanted.others.rawValue)-all\", more than "
                        + "the calling job gives",
                    at: call.workflow.range)
            }
        }
    }
}
