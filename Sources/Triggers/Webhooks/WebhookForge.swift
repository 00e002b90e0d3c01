internal import Expressions
internal import Signing

/// What differs between the forges: how a delivery is signed and named, and how its payload reads.
enum WebhookForge: String {
    case github
    case gitlab
    case gitea

    var eventHeader: String {
        switch self {
        case .github: "x-github-event"
        case .gitlab: "x-gitlab-event"
        case .gitea: "x-gitea-event"
        }
    }

    private var deliveryHeaders: [String] {
        switch self {
        case .github: ["x-github-delivery"]
        // Not x-gitlab-webhook-uuid: it names the hook, and every delivery of a hook has the same.
        case .gitlab: ["idempotency-key", "x-gitlab-event-uuid"]
        case .gitea: ["x-gitea-delivery", "x-forgejo-delivery", "x-gogs-delivery"]
        }
    }

    /// The forge's id of the delivery. Without one, the body stands for itself.
    func deliveryID(headers: [String: String], body: [UInt8]) -> String {
        for name in deliveryHeaders {
            guard let id = headers[name], !id.isEmpty else { continue }
            // GitLab gives one event's deliveries, such as those of two refs pushed at once, the same id.
            return name == "x-gitlab-event-uuid" ? "\(id):\(SHA256.hexadecimal(body))" : id
        }
        return "sha256:\(SHA256.hexadecimal(body))"
    }

    /// Whether the sender knows the secret. Compared in constant time.
    func authenticates(headers: [String: String], body: [UInt8], secret: String) -> Bool {
        switch self {
        case .gitlab:
            guard let token = headers["x-gitlab-token"] else { return false }
            // Digests, so that not even the length is told.
            return constantTimeEquals(SHA256.digest(Array(token.utf8)), SHA256.digest(Array(secret.utf8)))
        case .github:
            return Self.isSigned(headers["x-hub-signature-256"], prefix: "sha256=", body: body, secret: secret)
        case .gitea:
            let plain = headers["x-gitea-signature"] ?? headers["x-forgejo-signature"]
            if let plain { return Self.isSigned(plain, prefix: "", body: body, secret: secret) }
            return Self.isSigned(headers["x-hub-signature-256"], prefix: "sha256=", body: body, secret: secret)
        }
    }

    private static func isSigned(_ header: String?, prefix: String, body: [UInt8], secret: String) -> Bool {
        guard let header, header.hasPrefix(prefix) else { return false }
        let expected = HMAC.sha256(key: Array(secret.utf8), message: body).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return constantTimeEquals(Array(header.dropFirst(prefix.count).lowercased().utf8), Array(expected.joined().utf8))
    }

    /// The clone URLs by which the payload names its repository.
    func cloneURLs(in payload: ExpressionValue) -> [String] {
        let candidates =
            self == .gitlab
            ? [
                payload.text("project", "git_http_url"), payload.text("project", "git_ssh_url"),
                payload.text("repository", "git_http_url"), payload.text("repository", "git_ssh_url"),
            ]
            : [
                payload.text("repository", "clone_url"), payload.text("repository", "ssh_url"),
                payload.text("repository", "git_url"), payload.text("repository", "html_url"),
            ]
        return candidates.compactMap { $0 }
    }

    func message(event: String, payload: ExpressionValue) -> WebhookMessage {
        self == .gitlab ? Self.gitlabMessage(payload) : Self.githubMessage(event: event, payload: payload)
    }
}

// MARK: - GitHub, Gitea, Forgejo

extension WebhookForge {
    /// See "Webhook events and payloads" in GitHub's manual; Gitea and Forgejo send the same shapes.
    private static func githubMessage(event: String, payload: ExpressionValue) -> WebhookMessage {
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
            return pullRequest(payload, actor: actor) ?? .ignored(reason: "a pull request without head and base")
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
            return .ignored(reason: "the event \"\(event)\" starts nothing here")
        }
    }

    private static func pullRequest(_ payload: ExpressionValue, actor: String) -> WebhookMessage? {
        guard let number = number(payload["number"]), let head = payload.text("pull_request", "head", "sha"),
            let base = payload.text("pull_request", "base", "ref")
        else { return nil }
        let headRepository = payload.text("pull_request", "head", "repo", "full_name")
        let baseRepository = payload.text("pull_request", "base", "repo", "full_name")
        // Gitea's word for a new head.
        let activity = payload.text("action") ?? ""
        return .pullRequest(
            .init(
                number: number, activity: activity == "synchronized" ? "synchronize" : activity, headCommit: head,
                headBranch: payload.text("pull_request", "head", "ref") ?? "", baseBranch: base,
                isFromFork: headRepository == nil || headRepository != baseRepository, actor: actor))
    }

    private static func number(_ value: ExpressionValue?) -> Int? {
        if case .number(let number)? = value { Int(exactly: number) } else { nil }
    }
}

// MARK: - GitLab

extension WebhookForge {
    /// See "Webhook events" in GitLab's manual.
    private static func gitlabMessage(_ payload: ExpressionValue) -> WebhookMessage {
        let actor = payload.text("user_username") ?? payload.text("user", "username") ?? "unknown"
        switch payload.text("object_kind") {
        case "push", "tag_push":
            guard let ref = payload.text("ref") else { return .ignored(reason: "a push without a ref") }
            return .push(
                .init(
                    ref: ref, before: commitID(payload.text("before")), after: commitID(payload.text("after")), actor: actor))
        case "merge_request":
            return mergeRequest(payload, actor: actor) ?? .ignored(reason: "a merge request without its commit")
        case let kind:
            return .ignored(reason: "the event \"\(kind ?? "")\" starts nothing here")
        }
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
                number: number, activity: activity, headCommit: head, headBranch: request.text("source_branch") ?? "",
                baseBranch: base, isFromFork: request["source_project_id"] != request["target_project_id"], actor: actor))
    }
}
