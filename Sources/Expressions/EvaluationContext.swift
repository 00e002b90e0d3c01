/// What an expression can see while it is evaluated: the contexts by name, and the functions that depend on the place.
public struct EvaluationContext: Sendable {
    /// `github`, `env`, `steps` and so on. A name that an expression uses and that is missing here is an error, not null.
    public var contexts: ExpressionObject
    public var functions: any ContextualFunctions

    public init(contexts: ExpressionObject, functions: any ContextualFunctions = NoContextualFunctions()) {
        self.contexts = contexts
        self.functions = functions
    }
}

/// The functions whose answer depends on where an expression stands: in a job's condition, in a step, in neither.
///
/// Calls come one after another, in the order of evaluation, and only for what short-circuiting reaches. Each may be called
/// any number of times and answers the same within one evaluation.
public protocol ContextualFunctions: Sendable {
    /// The answer of a status function, nil where there is none to give; using it there is then an error.
    func status(_ function: StatusFunction) throws(ExpressionError) -> Bool?
    /// The hash of the files that match the patterns, relative to the workspace, empty where none does; nil where there is
    /// no workspace.
    func hashFiles(patterns: [String]) throws(ExpressionError) -> String?
}

/// For expressions outside jobs: no status function and no `hashFiles`.
public struct NoContextualFunctions: ContextualFunctions {
    public init() {}

    public func status(_ function: StatusFunction) throws(ExpressionError) -> Bool? { nil }
    public func hashFiles(patterns: [String]) throws(ExpressionError) -> String? { nil }
}
