public import Expressions

/// What the settings say of a repository that jobs may see.
public struct RepositoryFacts: Equatable, Sendable {
    /// `owner/name`, as the forge calls it.
    public var fullName: String
    /// Where people look at it: `https://github.com`. Empty for a repository without a forge.
    public var serverURL: String
    /// The `vars` context.
    public var variables: ExpressionObject

    public init(fullName: String, serverURL: String, variables: ExpressionObject = ExpressionObject()) {
        self.fullName = fullName
        self.serverURL = serverURL
        self.variables = variables
    }
}
