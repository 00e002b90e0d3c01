internal import Git
internal import Plan

/// Where a repository is fetched from, and where its mirror lies.
struct SourcePlace: Sendable {
    var name: RepositoryName
    var address: RemoteAddress
    var credential: GitCredential
    var knownHosts: KnownHosts
    var mirror: String
    var timeout: Double

    /// - Parameter repository: the name in the settings of the repository that asks; nil: the operator does.
    init(
        of name: RepositoryName, for repository: String?, rules: SourceRules, folder: String
    ) throws(SourceError) {
        self.name = name
        timeout = rules.fetchTimeout
        if let shared = rules.shared.first(where: { $0.name == name && (repository.map($0.isSharedWith) ?? true) }) {
            address = shared.address
            credential = shared.credential
            knownHosts = shared.knownHosts
            // Apart from what the server gives everybody: what was fetched with this credential is for those it is shared with.
            mirror = "\(folder)/\(Self.folder(of: address))+shared/\(name.key).git"
        } else {
            let text = rules.directory.address(of: name)
            do {
                address = try RemoteAddress(parsing: text).existing
                let server = try? RemoteAddress(parsing: rules.directory.serverAddress(of: name))
                let isServer = server?.host == address.host && server?.scheme == address.scheme
                credential = isServer ? rules.credential : .none
            } catch {
                throw SourceError(.unusable, "\(name) has no address that can be used: \(error.reason)")
            }
            knownHosts = rules.knownHosts
            mirror = "\(folder)/\(Self.folder(of: address))/\(name.key).git"
        }
    }

    /// A name for the address's host. Hosts hold no slash; a colon would be odd in a path.
    private static func folder(of address: RemoteAddress) -> String {
        guard let host = address.host else { return "local" }
        return address.port.map { "\(host)+\($0)" } ?? host
    }

    /// What fails together.
    var server: String { address.host ?? address.text }

    var request: FetchRequest {
        FetchRequest(
            mirrorPath: mirror, address: address.text, includesPullRequests: false, credential: credential,
            knownHosts: knownHosts, timeout: timeout)
    }
}
