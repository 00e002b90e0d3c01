public import Git
public import Plan

/// What the settings say about other repositories that pipelines use: where they are, and what may be used.
public struct SourceRules: Sendable {
    /// A repository of the settings, which some others may use with its own credential.
    public struct SharedRepository: Sendable {
        /// As pipelines name it.
        public var name: RepositoryName
        public var address: RemoteAddress
        public var credential: GitCredential
        public var knownHosts: KnownHosts
        /// Whether runs of the repository with this name in the settings may use it.
        public var isSharedWith: @Sendable (String) -> Bool

        public init(
            name: RepositoryName, address: RemoteAddress, credential: GitCredential, knownHosts: KnownHosts,
            isSharedWith: @escaping @Sendable (String) -> Bool
        ) {
            self.name = name
            self.address = address
            self.credential = credential
            self.knownHosts = knownHosts
            self.isSharedWith = isSharedWith
        }
    }

    public var directory: SourceDirectory
    public var allowed: ReferencePatterns
    /// For the host of the directory's server only.
    public var credential: GitCredential
    public var knownHosts: KnownHosts
    /// Whether a tag stands for the commit that it names now, instead of the one that it named at its first use.
    public var followsTags: Bool
    /// Seconds after which a locked tag is looked at again; nil: never.
    public var checkInterval: Double?
    /// Seconds that one fetch may take.
    public var fetchTimeout: Double
    public var shared: [SharedRepository]

    public init(
        directory: SourceDirectory, allowed: ReferencePatterns = ReferencePatterns(["*"]), credential: GitCredential = .none,
        knownHosts: KnownHosts, followsTags: Bool = false, checkInterval: Double? = 3600, fetchTimeout: Double = 600,
        shared: [SharedRepository] = []
    ) {
        self.directory = directory
        self.allowed = allowed
        self.credential = credential
        self.knownHosts = knownHosts
        self.followsTags = followsTags
        self.checkInterval = checkInterval
        self.fetchTimeout = fetchTimeout
        self.shared = shared
    }
}
