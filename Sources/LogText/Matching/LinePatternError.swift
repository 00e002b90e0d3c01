/// What is wrong with a pattern of a problem matcher, or why a line could not be compared with it.
public enum LinePatternError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text is no pattern; the offset counts Unicode scalars from 0.
    case syntax(String, offset: Int)
    /// Something that the language of patterns has and this engine has not.
    case unsupported(String, offset: Int)
    /// Written out, it has more instructions than are allowed.
    case tooLarge
    /// Comparing it with a line took more steps than are allowed.
    case tooSlow

    public var description: String {
        switch self {
        case .syntax(let problem, let offset): "invalid pattern at character \(offset + 1): \(problem)"
        case .unsupported(let what, let offset): "unsupported in a pattern, at character \(offset + 1): \(what)"
        case .tooLarge: "the pattern is too large: at most \(LinePattern.mostInstructions) instructions are allowed"
        case .tooSlow: "comparing the pattern with a line took more than \(LinePattern.mostSteps) steps"
        }
    }
}
