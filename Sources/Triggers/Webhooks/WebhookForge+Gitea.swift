internal import Expressions

/// Gitea and Forgejo send GitHub's shapes under names of their own.
extension WebhookForge {
    static func giteaMessage(event: String, payload: ExpressionValue) -> WebhookMessage {
        let name = eventNames[event] ?? event
        var payload = payload
        if let action = payload.text("action") {
            payload = payload.replacing("action", with: .string(activities[name]?[action] ?? activities[""]?[action] ?? action))
        }
        // A review's payload is that of its pull request.
        if name == "pull_request_review" { payload = payload.replacing("action", with: "submitted") }
        return githubMessage(event: name, payload: payload)
    }

    private static let eventNames = [
        "issue_assign": "issues", "issue_label": "issues", "issue_milestone": "issues",
        "pull_request_assign": "pull_request", "pull_request_label": "pull_request", "pull_request_milestone": "pull_request",
        "pull_request_sync": "pull_request", "pull_request_review_request": "pull_request",
        "pull_request_approved": "pull_request_review", "pull_request_rejected": "pull_request_review",
        "pull_request_review_approved": "pull_request_review", "pull_request_review_rejected": "pull_request_review",
        "pull_request_comment": "pull_request_review", "pull_request_review_comment": "pull_request_review",
        "wiki": "gollum", "package": "registry_package",
    ]

    /// By event; those without one are the same everywhere.
    private static let activities = [
        "": ["synchronized": "synchronize", "label_updated": "labeled", "label_cleared": "unlabeled"],
        "release": ["updated": "edited"], "registry_package": ["created": "published"],
    ]
}

extension ExpressionValue {
    /// An object with a member set; anything else stays as it is.
    fileprivate func replacing(_ name: String, with value: ExpressionValue) -> ExpressionValue {
        guard case .object(var object) = self else { return self }
        object[name] = value
        return .object(object)
    }
}
