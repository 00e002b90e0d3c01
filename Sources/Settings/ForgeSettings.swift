internal import YAML

/// `forge` of a repository: the addresses that jobs see as `GITHUB_SERVER_URL`, `GITHUB_API_URL`,
/// `GITHUB_GRAPHQL_URL` and `GITHUB_REPOSITORY`.
///
/// By default they follow from the repository's `url`: github.com has its API on a host of its own, any other server
/// below `/api/v3`, as GitHub Enterprise Server has it. A repository without a server has no such URLs.
public struct ForgeSettings: Sendable, Equatable {
    public var serverURL: String?
    public var apiURL: String?
    public var graphQLURL: String?
    /// `owner/name` as the forge has it.
    public var repository: String

    init(reading reader: SettingsReader, address: RepositoryAddress?, name: String) {
        let derived = address?.authority.map { authority in
            "\(address?.scheme == "http" ? "http" : "https")://\(authority)"
        }
        serverURL = reader.webURL("server_url") ?? derived
        let isGitHub = serverURL == "https://github.com"
        apiURL = reader.webURL("api_url") ?? serverURL.map { isGitHub ? "https://api.github.com" : "\($0)/api/v3" }
        graphQLURL =
            reader.webURL("graphql_url")
            ?? serverURL.map { isGitHub ? "https://api.github.com/graphql" : "\($0)/api/graphql" }
        repository = Self.repository(address, name: name)
        guard let (text, node) = reader.text("repository") else { return }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }), !text.contains(where: \.isWhitespace) {
            repository = text
        } else {
            reader.error("invalid-name", "expected owner/name as the forge has it, found \"\(text)\"", at: node)
        }
    }

    /// The path on a server where it has an owner in it; otherwise the name in the settings, with an owner before it.
    private static func repository(_ address: RepositoryAddress?, name: String) -> String {
        if let address, address.transport != .local, address.path.contains("/") { return address.path }
        return name.contains("/") ? name : "local/\(name)"
    }
}
