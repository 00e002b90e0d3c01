/// What a fetch needs; sent to the process that does it.
public struct FetchRequest: Codable, Sendable, Hashable {
    public var mirrorPath: String
    public var address: String
    public var includesPullRequests: Bool
    public var credential: GitCredential
    public var knownHosts: KnownHosts
    /// Seconds.
    public var timeout: Double

    public init(
        mirrorPath: String, address: String, includesPullRequests: Bool, credential: GitCredential, knownHosts: KnownHosts,
        timeout: Double
    ) {
        self.mirrorPath = mirrorPath
        self.address = address
        self.includesPullRequests = includesPullRequests
        self.credential = credential
        self.knownHosts = knownHosts
        self.timeout = timeout
    }
}

/// Brings mirrors up to date.
///
/// Contract: a fetch ends by its timeout at the latest, whatever the remote does: a connect that hangs can't be cancelled
/// inside a process, so it is done in one that can be killed. Fetches of one mirror never overlap.
public protocol MirrorFetcher: Sendable {
    func fetch(_ request: FetchRequest) async throws(GitError)
}

extension FetchRequest {
    /// Whether the remote is on this machine.
    public var isLocal: Bool { (try? RemoteAddress(parsing: address))?.isLocal ?? false }

    /// Does the fetch in this process. Blocks.
    public func run() throws(GitError) {
        let mirror = try Mirror.open(
            at: mirrorPath, remote: try RemoteAddress(parsing: address), includesPullRequests: includesPullRequests)
        _ = try mirror.fetch(credential: credential, knownHosts: knownHosts)
    }
}
