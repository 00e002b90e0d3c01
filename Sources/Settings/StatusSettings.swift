internal import YAML

/// `status` of a repository: what its forge is told of its runs.
public struct StatusSettings: Sendable, Equatable {
    /// Whose API it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case github
        case gitlab
        /// Also Forgejo.
        case gitea
    }

    /// With what the forge is told; nil: it is told nothing.
    public var token: SecretReference?
    public var kind: Kind
    /// Without a slash at its end: `https://api.github.com`, `https://gitlab.example.org/api/v4`. Nil without a server.
    public var apiURL: String?
    /// What comes before the workflow's name.
    public var context: String
    /// Whether each job has a status of its own.
    public var jobs: Bool
    /// Whether GitHub is told by check runs, which takes the token of a GitHub App.
    public var checks: Bool

    init(reading reader: SettingsReader, forge: ForgeSettings) {
        token = reader.secret("token", allowsLiteral: false)
        kind = reader.choice("kind", default: Self.kind(of: forge.serverURL))
        context = reader.text("context")?.text ?? "slipway"
        jobs = reader.boolean("jobs", default: false)
        checks = reader.boolean("checks", default: false)
        apiURL = reader.webURL("api_url") ?? Self.url(of: kind, forge)
        if checks, kind != .github, let node = reader.mapping?.value("checks") {
            reader.error("unusable-key", "only GitHub has check runs: leave status.checks out", at: node)
        }
        guard let (_, node) = reader.text("token") else { return }
        if let apiURL {
            let isHere = ["http://127.0.0.1", "http://localhost"].contains { apiURL.hasPrefix($0) }
            if apiURL.hasPrefix("http://"), !isHere {
                reader.warning("open-transport", "http sends the token unencrypted; use an https URL", at: node)
            }
        } else {
            reader.error("missing-key", "the repository's url does not name a server: add status.api_url", at: node)
        }
    }

    private static func kind(of server: String?) -> Kind {
        let host = (server ?? "").lowercased()
        if host.contains("gitlab") { return .gitlab }
        return ["gitea", "forgejo", "codeberg"].contains { host.contains($0) } ? .gitea : .github
    }

    private static func url(of kind: Kind, _ forge: ForgeSettings) -> String? {
        switch kind {
        case .github: forge.apiURL
        case .gitlab: forge.serverURL.map { "\($0)/api/v4" }
        case .gitea: forge.serverURL.map { "\($0)/api/v1" }
        }
    }
}

/// Who may see a repository's badge.
public enum BadgeAccess: String, Sendable, Hashable, CaseIterable {
    /// Whoever may see the page.
    case page
    /// Everybody who reaches the address.
    case `public`
}
