/// Why a file is no report, or not the one that it was said to be.
public struct ReportProblem: Error, Equatable, Sendable {
    /// Without the file's name.
    public var message: String
    /// From 1; nil where it is not known.
    public var line: Int?

    public init(_ message: String, line: Int? = nil) {
        self.message = message
        self.line = line
    }
}
