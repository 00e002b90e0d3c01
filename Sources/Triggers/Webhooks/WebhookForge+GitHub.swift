internal import Expressions
internal import Workflows

/// See "Webhook events and payloads" and "Events that trigger workflows" in GitHub's manual.
extension WebhookForge {
    static func githubMessage(event: String, payload: ExpressionValue) -> WebhookMessage {
        let actor = payload.text("sender", "login") ?? payload.text("pusher", "name") ?? "unknown"
        switch event {
        case "ping":
            return .ping
        case "push":
            guard let ref = payload.text("ref") else { return .ignored(reason: "a push without a ref") }
            return .push(
                .init(
                    ref: ref, before: commitID(payload.text("before")), after: commitID(payload.text("after")), actor: actor))
        case "pull_request":
            return pullRequest(["pull_request", "pull_request_target"], payload, actor: actor)
        case "pull_request_review", "pull_request_review_comment":
            return pullRequest([event], payload, actor: actor)
        case "workflow_dispatch":
            guard let workflow = payload.text("workflow"), let ref = payload.text("ref") else {
                return .ignored(reason: "a dispatch without workflow and ref")
            }
            var inputs: [String: String] = [:]
            if case .object(let object)? = payload["inputs"] {
                for (name, value) in object.pairs { inputs[name] = value.displayString }
            }
            return .workflowDispatch(workflow: workflow, ref: ref, inputs: inputs, actor: actor)
        case "repository_dispatch":
            return .repositoryDispatch(activity: payload.text("action") ?? "", actor: actor)
        default:
            return activity(event, payload, actor: actor)
        }
    }

    private static func pullRequest(
        _ events: [String], _ payload: ExpressionValue, actor: String
    ) -> WebhookMessage {
        guard let number = number(payload["number"]) ?? number(payload["pull_request"]?["number"]),
            let head = payload.text("pull_request", "head", "sha"), let base = payload.text("pull_request", "base", "ref")
        else { return .ignored(reason: "a pull request without head and base") }
        let headRepository = payload.text("pull_request", "head", "repo", "full_name")
        let baseRepository = payload.text("pull_request", "base", "repo", "full_name")
        return .pullRequest(
            .init(
                events: events, number: number, activity: payload.text("action") ?? "", headCommit: head,
                headBranch: payload.text("pull_request", "head", "ref") ?? "", baseBranch: base,
                isFromFork: headRepository == nil || headRepository != baseRepository, actor: actor))
    }

    /// Events whose payload says all that there is to know, and at most where they happened.
    private static func activity(_ event: String, _ payload: ExpressionValue, actor: String) -> WebhookMessage {
        guard let known = EventCatalog.named(event), let place = place(of: event, payload) else {
            return .ignored(reason: "the event \"\(event)\" starts nothing here")
        }
        if event == "release", payload["release"]?["draft"] == true {
            return .ignored(reason: "a draft of a release starts nothing")
        }
        let hasTypes = known.types?.isEmpty == false
        return .activity(
            .init(event: event, activity: hasTypes ? payload.text("action") : nil, place: place, actor: actor))
    }

    private static let eventsOfDefaultBranch: Set<String> = [
        "branch_protection_rule", "check_run", "check_suite", "delete", "discussion", "discussion_comment", "fork", "gollum",
        "issue_comment", "issues", "label", "milestone", "page_build", "project", "project_card", "project_column", "public",
        "status", "watch",
    ]

    /// Where an event runs; nil for one that comes in another way, or not at all.
    private static func place(of event: String, _ payload: ExpressionValue) -> WebhookMessage.Activity.Place? {
        if eventsOfDefaultBranch.contains(event) { return .defaultBranch }
        switch event {
        case "create":
            guard let name = payload.text("ref") else { return nil }
            if name.hasPrefix("refs/") { return .ref(name) }
            return .ref(payload.text("ref_type") == "tag" ? "refs/tags/\(name)" : "refs/heads/\(name)")
        case "release":
            return payload.text("release", "tag_name").map { .ref("refs/tags/\($0)") }
        case "deployment", "deployment_status":
            guard let commit = payload.text("deployment", "sha") else { return nil }
            return .commit(commit, name: payload.text("deployment", "ref"))
        case "registry_package":
            let version = payload["registry_package"]?["package_version"]
            guard let commit = commitID(version?.text("target_oid")), commit.utf8.count == 40 else { return .defaultBranch }
            return .commit(commit, name: version?.text("target_commitish"))
        case "merge_group":
            guard let ref = payload.text("merge_group", "head_ref"), let commit = payload.text("merge_group", "head_sha") else {
                return nil
            }
            return .mergeGroup(ref: ref, commit: commit, base: payload.text("merge_group", "base_ref"))
        default:
            return nil
        }
    }
}
