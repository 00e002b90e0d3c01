/// Where a job's artifacts and caches are, and what it may do with them.
public struct JobStorage: Codable, Equatable, Sendable {
    /// How much is kept, and how long.
    public struct Limits: Codable, Equatable, Sendable {
        /// Days for which an artifact is kept, at most, and where its job does not say.
        public var artifactDays: Int
        /// Bytes of all artifacts of all runs.
        public var artifactBytes: Int64
        /// Bytes of a repository's caches.
        public var cacheBytes: Int64
        /// Bytes of what runs of strangers' code cached, of a repository; counted by itself, so that they push out nothing of
        /// others.
        public var untrustedCacheBytes: Int64

        public init(
            artifactDays: Int = 90, artifactBytes: Int64 = 20 << 30, cacheBytes: Int64 = 10 << 30,
            untrustedCacheBytes: Int64 = 1 << 30
        ) {
            self.artifactDays = artifactDays
            self.artifactBytes = artifactBytes
            self.cacheBytes = cacheBytes
            self.untrustedCacheBytes = untrustedCacheBytes
        }
    }

    /// The folder of all runs: `<run>/artifacts` is in it.
    public var runs: String
    /// The folder of the repository's caches.
    public var cache: String
    public var ledger: String
    public var repository: String
    /// The attempt of the run.
    public var attempt: Int
    /// The run's ref, and the base branch of a pull request.
    public var ref: String
    public var baseBranch: String?
    /// Whether a stranger may have written the run's code.
    public var isUntrusted: Bool
    /// Whether a trusted run may read the artifacts of an untrusted one, which it has to name by its id.
    public var readsUntrustedArtifacts: Bool
    public var limits: Limits
    /// Where people reach the page, without a slash at the end; empty where there is none.
    public var pageURL: String

    public init(
        runs: String, cache: String, ledger: String, repository: String, attempt: Int = 1, ref: String,
        baseBranch: String? = nil, isUntrusted: Bool = false, readsUntrustedArtifacts: Bool = false, limits: Limits = Limits(),
        pageURL: String = ""
    ) {
        self.runs = runs
        self.cache = cache
        self.ledger = ledger
        self.repository = repository
        self.attempt = attempt
        self.ref = ref
        self.baseBranch = baseBranch
        self.isUntrusted = isUntrusted
        self.readsUntrustedArtifacts = readsUntrustedArtifacts
        self.limits = limits
        self.pageURL = pageURL
    }
}
