internal import Diagnostics
internal import Expressions

/// A script does not contain text that a stranger wrote: a title, a branch's name, a commit message. Such text becomes part
/// of the script's source. Rule: `untrusted-text`, a warning.
///
/// See "Secure use reference" in GitHub's manual.
struct UntrustedTextCheck: WorkflowCheck {
    /// Paths below `github`; `*` is any element of a list.
    private static let paths: [[String]] = [
        "event.issue.title", "event.issue.body", "event.pull_request.title", "event.pull_request.body",
        "event.discussion.title", "event.discussion.body", "event.comment.body", "event.review.body",
        "event.review_comment.body", "event.pages.*.page_name", "event.commits.*.message",
        "event.commits.*.author.email", "event.commits.*.author.name", "event.head_commit.message",
        "event.head_commit.author.email", "event.head_commit.author.name", "event.pull_request.head.ref",
        "event.pull_request.head.label", "event.pull_request.head.repo.default_branch",
        "event.workflow_run.head_branch", "event.workflow_run.head_commit.message",
        "event.workflow_run.head_repository.description", "head_ref",
    ].map { $0.split(separator: ".").map(String.init) }

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for script in workflow.jobs.flatMap(\.steps.withInnerSteps).compactMap(Self.script) {
            for expression in script.expressions {
                for use in expression.expression.references.uses(of: "github") {
                    guard let path = Self.paths.first(where: { Self.reaches(use.path, $0) }) else { continue }
                    diagnostics.warning(
                        "untrusted-text",
                        "\"github.\(path.joined(separator: "."))\" may be a stranger's text and becomes part of the script; pass "
                            + "it through \"env\" instead",
                        at: expression.range(of: use.name, at: use.offset))
                }
            }
        }
    }

    private static func script(of step: WorkflowStep) -> WorkflowText? {
        switch step.work {
        case .script(let script): return script.text
        case .action(let action) where action.reference.value.lowercased().hasPrefix("actions/github-script@"):
            return action.inputs.variables.first { $0.name.value.lowercased() == "script" }?.value
        case .action, .wait, .waitAll, .cancel, .parallel, .missing: return nil
        }
    }

    private static func reaches(_ path: [ExpressionReferences.PathElement], _ untrusted: [String]) -> Bool {
        guard path.count >= untrusted.count else { return false }
        return zip(path, untrusted).allSatisfy { element, name in
            name == "*" || element.key?.lowercased() == name
        }
    }
}
