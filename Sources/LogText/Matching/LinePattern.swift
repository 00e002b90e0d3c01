/// A regular expression that is compared with single lines: what problem matchers are made of.
///
/// The language is JavaScript's without looking behind, Unicode properties and flags other than a leading `(?i)`; `\d`, `\w` and
/// `\s` mean ASCII, as in GitHub's runner. The pattern and the lines may come from anyone: a comparison is bounded in steps and
/// memory.
public struct LinePattern: Sendable {
    static let mostInstructions = 4000
    static let mostSteps = 2_000_000
    /// Characters; nothing is found in a longer line.
    public static let longestLine = 8192

    private let program: PatternProgram

    /// - Throws: everything but `tooSlow`.
    public init(_ text: String) throws(LinePatternError) {
        var parser = PatternParser(text)
        let node = try parser.parse()
        program = try PatternProgram(node, groupCount: parser.groupCount, ignoresCase: parser.ignoresCase)
    }

    /// How many groups are remembered, the whole match not counted.
    public var groupCount: Int { program.groupCount }

    /// The texts of the groups in the first match, the whole match first; nil where a group took no part. Nil where the line
    /// does not match.
    ///
    /// - Throws: `tooSlow`.
    public func groups(in line: String) throws(LinePatternError) -> [String?]? {
        try groups(in: line.unicodeScalars.map(\.value))
    }

    func groups(in line: [UInt32]) throws(LinePatternError) -> [String?]? {
        guard line.count <= Self.longestLine else { return nil }
        var run = PatternRun(program, line: line)
        guard let slots = try run.firstMatch() else { return nil }
        return (0...program.groupCount).map { group in
            let (start, end) = (slots[2 * group], slots[2 * group + 1])
            guard start >= 0, end >= start else { return nil }
            var text = String.UnicodeScalarView()
            for value in line[start..<end] { text.append(Unicode.Scalar(value) ?? "\u{FFFD}") }
            return String(text)
        }
    }
}
