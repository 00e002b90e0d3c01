public import Expressions

/// What the settings say of a repository that jobs may see.
public struct RepositoryFacts: Equatable, Sendable {
    /// `owner/name`, as the forge calls it.
    public var fullName: String
    /// Where people look at it: `https://github.com`. Empty for a repository without a forge.
    public var serverURL: String
    /// The forge's API, as jobs are told of it.
    public var apiURL: String
    public var graphQLURL: String
    /// The `vars` context.
    public var variables: ExpressionObject
    /// What labels of `runs-on` stand for, in lower case; `*` in one stands for anything.
    public var labels: [String: ExecutorTarget]
    /// How often a job is tried again whose worker or machine died.
    public var lostRetries: Int
    /// The environments that the settings name; one that they don't has no protection.
    public var environments: [EnvironmentProtection]
    /// Whether the settings have the repository. Where they don't, nothing says what protects its environments.
    public var isKnown = true

    public init(
        fullName: String, serverURL: String, apiURL: String = "", graphQLURL: String = "",
        variables: ExpressionObject = ExpressionObject(), labels: [String: ExecutorTarget] = [:],
        lostRetries: Int = 0, environments: [EnvironmentProtection] = []
    ) {
        self.fullName = fullName
        self.serverURL = serverURL
        self.apiURL = apiURL
        self.graphQLURL = graphQLURL
        self.variables = variables
        self.labels = labels
        self.lostRetries = lostRetries
        self.environments = environments
    }
}

extension RepositoryFacts {
    /// Of a repository that is no longer in the settings.
    static func unknown(_ name: String) -> RepositoryFacts {
        var facts = RepositoryFacts(fullName: name, serverURL: "")
        facts.isKnown = false
        return facts
    }
}
