public import Diagnostics

/// What came of looking at everything that a run's steps call.
public struct ActionSurvey: Sendable, Equatable {
    /// An action of another repository, with where it was found.
    public struct Action: Sendable, Equatable {
        /// As it stands in `uses`.
        public var reference: String
        public var source: ResolvedSource
        /// The first step that comes to it.
        public var use: ActionUse
    }

    /// An action that can't be had.
    public struct Problem: Sendable, Equatable {
        public var use: ActionUse
        /// The actions through which the step comes to it, the outermost first; empty where the step calls it itself.
        public var callers: [String]
        public var error: SourceError

        /// The error's message, with the way to it.
        public var message: String {
            callers.isEmpty ? error.message : "\(error.message) (used by \(callers.reversed().joined(separator: ", used by ")))"
        }
    }

    /// Each reference once.
    public var actions: [Action] = []
    public var problems: [Problem] = []

    public init() {}

    /// What is to be said about the problems, each at the line of its step.
    ///
    /// - Parameter isTriedAgain: whether an action whose server does not answer is looked for once more before its job
    ///   starts: that is a warning then, and not a mistake.
    public func diagnostics(isTriedAgain: Bool) -> [Diagnostic] {
        problems.map { problem in
            let isLater = problem.error.isTransient && isTriedAgain
            return Diagnostic(
                severity: isLater ? .warning : .error,
                rule: problem.error.isTransient ? "unreachable-action" : "unusable-action",
                message: isLater
                    ? problem.message.followed(by: "the job looks for it once more before it starts") : problem.message,
                file: problem.use.file,
                range: SourceRange(line: problem.use.position.line, column: problem.use.position.column))
        }
    }
}
