internal import Expressions

/// Which contexts hold text that a stranger may have written, who only has to open an issue, comment, or push to a fork.
///
/// After "Secure use reference" in GitHub's manual and the payloads of its webhooks.
enum UntrustedText {
    /// Paths below `github`; `*` is any element of a list.
    private static let paths: [[String]] = [
        "head_ref",
        "event.issue.title", "event.issue.body", "event.discussion.title", "event.discussion.body", "event.comment.body",
        "event.review.body", "event.review_comment.body", "event.pages.*.page_name", "event.pages.*.title",
        "event.changes.title.from", "event.changes.body.from", "event.pull_request.title", "event.pull_request.body",
        "event.pull_request.head.ref", "event.pull_request.head.label", "event.pull_request.head.repo.default_branch",
        "event.pull_request.head.repo.description", "event.pull_request.head.repo.homepage",
        "event.commits.*.message", "event.commits.*.author.email", "event.commits.*.author.name",
        "event.commits.*.committer.email", "event.commits.*.committer.name", "event.head_commit.message",
        "event.head_commit.author.email", "event.head_commit.author.name", "event.head_commit.committer.email",
        "event.head_commit.committer.name", "event.workflow_run.head_branch", "event.workflow_run.display_title",
        "event.workflow_run.head_commit.message", "event.workflow_run.head_commit.author.email",
        "event.workflow_run.head_commit.author.name", "event.workflow_run.head_repository.description",
        "event.workflow_run.pull_requests.*.head.ref", "event.check_suite.head_branch", "event.check_run.check_suite.head_branch",
        "event.merge_group.head_commit.message",
    ].map { $0.split(separator: ".").map(String.init) }

    /// The first such text that may end up in what an expression yields, and the mention of the context that brings it.
    static func source(in expression: Expression) -> (path: String, use: ExpressionReferences.ContextUse)? {
        let flow = expression.flow
        for use in flow.contexts where use.name.lowercased() == "github" {
            if let path = paths.first(where: { covers(use.path, $0) }) { return (text(path), use) }
        }
        // What is written out as JSON brings all that is inside.
        for use in flow.serialized where use.name.lowercased() == "github" {
            if let path = paths.first(where: { covers(use.path, $0) || isInside($0, use.path) }) { return (text(path), use) }
        }
        return nil
    }

    private static func text(_ path: [String]) -> String { "github." + path.joined(separator: ".") }

    /// Whether a path names the text, or something in it.
    private static func covers(_ path: [ExpressionReferences.PathElement], _ untrusted: [String]) -> Bool {
        path.count >= untrusted.count && zip(path, untrusted).allSatisfy(matches)
    }

    private static func isInside(_ untrusted: [String], _ path: [ExpressionReferences.PathElement]) -> Bool {
        path.count < untrusted.count && zip(path, untrusted).allSatisfy(matches)
    }

    private static func matches(_ element: ExpressionReferences.PathElement, _ name: String) -> Bool {
        switch element {
        case .property(let key): name == "*" || key.lowercased() == name
        case .everyElement, .computed: name == "*"
        }
    }
}
