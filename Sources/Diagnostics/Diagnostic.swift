/// One remark about a file that a person wrote: what was found, where, and what was expected instead.
///
/// Mistakes in a user's file are collected as diagnostics, never thrown, so that all of them are shown at once.
public struct Diagnostic: Codable, Hashable, Sendable {
    public enum Severity: String, Codable, Hashable, Sendable {
        /// The file is refused.
        case error
        /// The file is accepted; something in it is ignored, not supported yet or risky.
        case warning
    }

    public var severity: Severity
    /// The name of the check that found it, in kebab case: `unknown-key`, `expression-syntax`.
    public var rule: String
    /// What was found and what was expected, one sentence without a full stop.
    public var message: String
    /// The file as the user knows it, relative to the repository where it is in one.
    public var file: String
    public var range: SourceRange

    public init(severity: Severity = .error, rule: String, message: String, file: String, range: SourceRange) {
        self.severity = severity
        self.rule = rule
        self.message = message
        self.file = file
        self.range = range
    }

    public var line: Int { range.start.line }
    public var column: Int { range.start.column }
}

extension [Diagnostic] {
    /// Whether any of them refuses the file.
    public var containsError: Bool { contains { $0.severity == .error } }

    /// In the order of the file: by file, then position, errors first where both stand at one place.
    public var inFileOrder: [Diagnostic] {
        sorted { left, right in
            if left.file != right.file { return left.file < right.file }
            if left.range.start != right.range.start { return left.range.start < right.range.start }
            return left.severity == .error && right.severity == .warning
        }
    }
}
