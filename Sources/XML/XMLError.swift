/// Why a document can't be read.
public struct XMLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the document is called in messages.
    public let name: String
    /// The line at which reading ended, from 1; nil where it is not known.
    public let line: Int?
    public let problem: String

    public init(name: String, line: Int? = nil, problem: String) {
        self.name = name
        self.line = line
        self.problem = problem
    }

    public var description: String {
        "\(name)\(line.map { ", line \($0)" } ?? ""): the XML can't be read: \(problem)"
    }
}
