/// A place in a text file: line and column, both counted from 1, the column in Unicode scalars.
public struct SourcePosition: Codable, Hashable, Sendable, Comparable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A stretch of a text file. `end` is the position after the last character.
public struct SourceRange: Codable, Hashable, Sendable {
    public var start: SourcePosition
    public var end: SourcePosition

    public init(start: SourcePosition, end: SourcePosition) {
        self.start = start
        self.end = end
    }

    /// A range that marks one character.
    public init(line: Int, column: Int) {
        self.init(
            start: SourcePosition(line: line, column: column), end: SourcePosition(line: line, column: column + 1))
    }
}
