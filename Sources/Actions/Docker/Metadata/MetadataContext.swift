internal import Execution
internal import Expressions
internal import FoundationEssentials
internal import Git

/// What `docker/metadata-action` knows of the run.
struct MetadataContext {
    let eventName: String
    let ref: String
    let sha: String
    let repository: String
    let serverURL: String
    let payload: ExpressionValue
    let defaultBranch: String
    let now: Date
    let shortLength: Int

    init(_ invocation: ActionInvocation, now: Date) throws(ActionFailure) {
        let github = invocation.assignment.contexts.github
        func text(_ name: String) -> String { github[name]?.displayString ?? "" }
        let payload = github["event"] ?? .null
        let event = text("event_name")
        self.payload = payload
        self.now = now
        eventName = event
        repository = text("repository")
        serverURL = text("server_url")
        ref = event == "pull_request_target" ? "refs/pull/\(payload["number"]?.displayString ?? "")/merge" : text("ref")
        let environment = invocation.commandEnvironment
        var sha = text("sha")
        if environment["DOCKER_METADATA_PR_HEAD_SHA"]?.lowercased() == "true", event.hasPrefix("pull_request"),
            let head = payload["pull_request"]?["head"]?["sha"]?.displayString
        {
            sha = head
        }
        self.sha = sha
        guard let length = Int(environment["DOCKER_METADATA_SHORT_SHA_LENGTH"] ?? "7"), length > 0 else {
            throw ActionFailure("DOCKER_METADATA_SHORT_SHA_LENGTH is not a valid number")
        }
        shortLength = length
        let mirror = invocation.assignment.source.mirror
        defaultBranch =
            payload["repository"]?["default_branch"]?.displayString
            ?? (mirror.isEmpty ? nil : (try? Mirror.open(existing: mirror).headBranch())) ?? ""
    }

    var branch: String? { Self.rest(of: ref, behind: "refs/heads/") }
    var tag: String? { Self.rest(of: ref, behind: "refs/tags/") }
    var pullRequest: String? {
        Self.rest(of: ref, behind: "refs/pull/").map { $0.hasSuffix("/merge") ? String($0.dropLast(6)) : $0 }
    }
    var shortSHA: String { String(sha.prefix(shortLength)) }

    private static func rest(of ref: String, behind prefix: String) -> String? {
        ref.hasPrefix(prefix) ? String(ref.dropFirst(prefix.count)) : nil
    }

    /// When the commit was made, as far as the event says it.
    var commitDate: Date {
        var stamps: [String?] = []
        if case .array(let commits)? = payload["commits"] {
            stamps = commits.filter { $0["id"]?.displayString == sha }.map { $0["timestamp"]?.displayString }
        }
        if payload["head_commit"]?["id"]?.displayString == sha {
            stamps.append(payload["head_commit"]?["timestamp"]?.displayString)
        }
        return stamps.compactMap { $0 }.compactMap(MomentText.date).first ?? now
    }

    private var isDefaultBranch: Bool {
        let name = branch ?? ref
        guard !name.isEmpty else { return false }
        if name == defaultBranch { return true }
        // These are always of the default branch's last commit.
        return ["create", "discussion", "issues", "schedule"].contains { eventName.contains($0) }
    }

    private var baseRef: String {
        if tag != nil, let base = payload["base_ref"]?.displayString {
            return base.hasPrefix("refs/heads/") ? String(base.dropFirst(11)) : base
        }
        return pullRequest == nil ? "" : payload["pull_request"]?["base"]?["ref"]?.displayString ?? ""
    }

    /// What a name in double braces stands for everywhere; nil for others.
    func value(of call: MetadataTemplate.Call) throws(ActionFailure) -> String? {
        switch call.name {
        case "branch": return branch ?? ""
        case "tag": return tag ?? ""
        case "sha": return shortSHA
        case "base_ref": return baseRef
        case "is_default_branch": return isDefaultBranch ? "true" : "false"
        case "is_not_default_branch": return isDefaultBranch ? "false" : "true"
        case "date", "commit_date":
            let moment = try MomentText(call.name == "date" ? now : commitDate, zone: call.options["tz"] ?? "UTC")
            return moment.formatted(call.argument ?? "YYYY-MM-DDTHH:mm:ssZ")
        default: return nil
        }
    }

    func filled(_ text: String) throws(ActionFailure) -> String {
        try MetadataTemplate(text: text).filled { call throws(ActionFailure) in try value(of: call) }
    }
}
