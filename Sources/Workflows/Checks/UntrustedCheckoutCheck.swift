internal import Diagnostics
internal import Expressions

/// A run that has secrets for a stranger's event does not check out the stranger's code. Rule: `untrusted-checkout`, a warning.
///
/// See "Keeping your GitHub Actions and workflows secure: Preventing pwn requests" of GitHub's security lab.
struct UntrustedCheckoutCheck: WorkflowCheck {
    /// They run with the secrets and the rights of the repository itself, whoever caused them.
    private static let events = ["pull_request_target", "workflow_run", "issue_comment"]
    /// Paths below `github` that name a fork's commit, branch or repository.
    private static let heads: [[String]] = [
        "head_ref", "event.pull_request.head", "event.pull_request.merge_commit_sha", "event.workflow_run.head_sha",
        "event.workflow_run.head_branch", "event.workflow_run.head_commit", "event.workflow_run.head_repository",
    ].map { $0.split(separator: ".").map(String.init) }

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        guard let event = workflow.triggers.map(\.event.value).first(where: Self.events.contains) else { return }
        for case .action(let action) in workflow.jobs.flatMap(\.steps.withInnerSteps).map(\.work) {
            guard action.reference.value.lowercased().hasPrefix("actions/checkout@") else { continue }
            let suspect = action.inputs.variables.first { input in
                ["ref", "repository"].contains(input.name.value.lowercased()) && Self.namesFork(input.value)
            }
            guard let suspect else { continue }
            diagnostics.warning(
                "untrusted-checkout",
                "a run for \"\(event)\" has the repository's secrets, and this checks out code that a stranger may have written; run "
                    + "nothing of it, or use \"pull_request\"",
                at: suspect.value.range)
        }
    }

    private static func namesFork(_ text: WorkflowText) -> Bool {
        guard !text.isLiteral else { return false }
        return text.source.contains("refs/pull/")
            || text.expressions.contains { expression in
                expression.expression.flow.contexts.contains { use in
                    use.name.lowercased() == "github" && heads.contains { isBelow(use.literalPath, $0) }
                }
            }
    }

    private static func isBelow(_ path: [String], _ head: [String]) -> Bool {
        path.count >= head.count && zip(path, head).allSatisfy { $0.lowercased() == $1 }
    }
}
