/// What a buildspec does not say itself and CodeBuild has in a build project: where it runs, and with which variables.
public struct BuildspecProject: Sendable, Equatable {
    /// A name and its value. Order is kept.
    public struct Variable: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Shown as the pipeline's name; nil: the file's path.
    public var name: String?
    /// The image of the container that builds run in; nil: this host, or what `labels` say.
    public var image: String?
    /// Labels of the settings that say where builds run.
    public var labels: [String]
    /// Go before those of the file.
    public var variables: [Variable]
    /// The names of the repository's stored secrets that builds find as variables.
    public var secrets: [String]
    /// The name of the stored secret with the token that git gets for the repository's host, where the file asks for
    /// `git-credential-helper`.
    public var gitCredential: String?
    /// Whether a `batch` of the file runs; else the file is one build, whatever its batch says.
    public var runsBatch: Bool
    /// Minutes after which a build is stopped; nil: the limit of the settings.
    public var timeoutMinutes: Double?
    /// How much of the history DOWNLOAD_SOURCE gets: a number of commits, 0 for all.
    public var cloneDepth: Int
    public var includesSubmodules: Bool

    /// What the project sets, whatever the file says of it.
    var variableNames: [String] { variables.map(\.name) + secrets }

    public init(
        name: String? = nil, image: String? = nil, labels: [String] = [], variables: [Variable] = [], secrets: [String] = [],
        gitCredential: String? = nil, runsBatch: Bool = true, timeoutMinutes: Double? = nil, cloneDepth: Int = 1,
        includesSubmodules: Bool = false
    ) {
        self.name = name
        self.image = image
        self.labels = labels
        self.variables = variables
        self.secrets = secrets
        self.gitCredential = gitCredential
        self.runsBatch = runsBatch
        self.timeoutMinutes = timeoutMinutes
        self.cloneDepth = cloneDepth
        self.includesSubmodules = includesSubmodules
    }
}
