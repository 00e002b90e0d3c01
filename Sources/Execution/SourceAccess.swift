public import Plan

/// Where a job's checkouts of other repositories come from. Holds no credential: a job brings its own, as the inputs of a step.
public struct SourceAccess: Codable, Equatable, Sendable {
    /// A repository of the settings.
    public struct Repository: Codable, Equatable, Sendable {
        /// The names that pipelines know it by.
        public var names: [RepositoryName]
        public var url: String
        /// Its mirror, where the job may read it without a credential of its own.
        public var mirror: String?

        public init(names: [RepositoryName], url: String, mirror: String? = nil) {
            self.names = names
            self.url = url
            self.mirror = mirror
        }
    }

    public var repositories: [Repository]
    /// Where all others are: the forge of the run's own repository.
    public var directory: SourceDirectory
    /// The folder of the mirrors that are made for checkouts.
    public var folder: String
    /// The file of the ssh host keys that are trusted.
    public var knownHosts: String
    /// Seconds that a fetch may take.
    public var timeout: Double
    /// Whether a stranger may have written the run's code: submodules, whose addresses are part of it, are not fetched then.
    public var isUntrusted: Bool

    public init(
        repositories: [Repository] = [], directory: SourceDirectory, folder: String, knownHosts: String, timeout: Double = 600,
        isUntrusted: Bool = false
    ) {
        self.repositories = repositories
        self.directory = directory
        self.folder = folder
        self.knownHosts = knownHosts
        self.timeout = timeout
        self.isUntrusted = isUntrusted
    }

    public func repository(named name: RepositoryName) -> Repository? { repositories.first { $0.names.contains(name) } }
}
