/// Why a file of metrics can't be read.
public struct MetricProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file as the user knows it.
    public var file: String
    /// From 1; nil where it is about the whole file.
    public var line: Int?
    public var column: Int?
    /// The names on the way to the value, where it is known.
    public var key: String?
    /// What is wrong, and what to do.
    public var message: String

    public init(_ message: String, file: String = "", line: Int? = nil, column: Int? = nil, key: String? = nil) {
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.key = key
    }

    public var description: String {
        let place = line.map { line in ":\(line)" + (column.map { ":\($0)" } ?? "") } ?? ""
        return "\(file)\(place): \(key.flatMap { $0.isEmpty ? nil : "\($0): " } ?? "")\(message)"
    }
}
