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
        let expected = HMAC.sha256Hexadecimal(key: Array(secret.utf8), message: body)
        return constantTimeEquals(header.dropFirst(prefix.count).lowercased(), expected)
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
        switch self {
        case .github: Self.githubMessage(event: event, payload: payload)
        case .gitea: Self.giteaMessage(event: event, payload: payload)
        case .gitlab: Self.gitlabMessage(payload)
        }
    }

    static func number(_ value: ExpressionValue?) -> Int? {
        if case .number(let number)? = value { Int(exactly: number) } else { nil }
    }
}
