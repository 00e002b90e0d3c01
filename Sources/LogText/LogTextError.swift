/// What is wrong with a file that a step left for its runner (`GITHUB_ENV`, `GITHUB_OUTPUT`, `GITHUB_STATE`).
///
/// It names lines, names and delimiters, never a value: that may be secret.
public struct LogTextError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Problem: Sendable, Equatable {
        /// The line has neither `=` nor `<<`.
        case noAssignment
        /// Nothing stands before `=` or `<<`.
        case emptyName
        /// Nothing stands behind `<<`.
        case emptyDelimiter(name: String)
        /// No line consists of the delimiter alone.
        case delimiterNotFound(name: String, delimiter: String)
    }

    public let problem: Problem
    /// From 1, in the file.
    public let line: Int

    public init(_ problem: Problem, line: Int) {
        self.problem = problem
        self.line = line
    }

    public var description: String {
        switch problem {
        case .noAssignment:
            "line \(line): invalid format, expected NAME=VALUE or NAME<<DELIMITER"
        case .emptyName:
            "line \(line): invalid format, the name must not be empty"
        case .emptyDelimiter(let name):
            "line \(line): invalid format, '\(name)<<' must be followed by a delimiter"
        case .delimiterNotFound(let name, let delimiter):
            "line \(line): invalid value of '\(name)', matching delimiter not found '\(delimiter)'; "
                + "it must stand on a line of its own"
        }
    }
}
