internal import Expressions

/// See "Webhook events" in GitLab's manual.
extension WebhookForge {
    static func gitlabMessage(_ payload: ExpressionValue) -> WebhookMessage {
        let actor = payload.text("user_username") ?? payload.text("user", "username") ?? "unknown"
        let kind = payload.text("object_kind") ?? ""
        switch kind {
        case "push", "tag_push":
            guard let ref = payload.text("ref") else { return .ignored(reason: "a push without a ref") }
            return .push(
                .init(
                    ref: ref, before: commitID(payload.text("before")), after: commitID(payload.text("after")), actor: actor))
        case "merge_request":
            return mergeRequest(payload, actor: actor) ?? .ignored(reason: "a merge request without its commit")
        case "issue":
            return activity("issues", action(of: payload), payload, actor: actor)
        case "note":
            let subject = payload.text("object_attributes", "noteable_type") ?? ""
            guard ["Issue", "MergeRequest"].contains(subject) else {
                return .ignored(reason: "a comment on a \(subject.isEmpty ? "thing" : subject.lowercased()) starts nothing here")
            }
            return activity("issue_comment", action(of: payload) ?? "created", payload, actor: actor)
        case "wiki_page":
            return activity("gollum", nil, payload, actor: actor)
        case "release":
            guard let tag = payload.text("tag") else { return .ignored(reason: "a release without a tag") }
            let activities = ["create": "published", "update": "edited", "delete": "deleted"]
            let place = WebhookMessage.Activity.Place.ref("refs/tags/\(tag)")
            let action = payload.text("action") ?? ""
            return .activity(
                .init(event: "release", activity: activities[action] ?? action, place: place, actor: actor))
        default:
            return .ignored(reason: "the event \"\(kind)\" starts nothing here")
        }
    }

    private static func activity(
        _ event: String, _ activity: String?, _ payload: ExpressionValue, actor: String
    ) -> WebhookMessage {
        .activity(.init(event: event, activity: activity, place: .defaultBranch, actor: actor))
    }

    private static func action(of payload: ExpressionValue) -> String? {
        let activities = [
            "open": "opened", "reopen": "reopened", "close": "closed", "update": "edited", "create": "created",
        ]
        guard let action = payload.text("object_attributes", "action") else { return nil }
        return activities[action] ?? action
    }

    private static func mergeRequest(_ payload: ExpressionValue, actor: String) -> WebhookMessage? {
        guard let request = payload["object_attributes"], let number = number(request["iid"]),
            let head = request.text("last_commit", "id"), let base = request.text("target_branch")
        else { return nil }
        let activities = ["open": "opened", "reopen": "reopened", "close": "closed", "merge": "closed", "update": "synchronize"]
        let action = request.text("action") ?? "update"
        // An update without a new head only changed the title or the labels.
        let activity = action == "update" && request["oldrev"] == nil ? "edited" : activities[action] ?? action
        return .pullRequest(
            .init(
                events: ["pull_request", "pull_request_target"], number: number, activity: activity, headCommit: head,
                headBranch: request.text("source_branch") ?? "", baseBranch: base,
                isFromFork: request["source_project_id"] != request["target_project_id"], actor: actor))
    }
}
