/// Finds problems in the output of a tool by one or several patterns of consecutive lines.
///
/// See "Problem matchers" in the documents of GitHub's toolkit. Several patterns match lines that follow each other; the last one
/// may `loop`, so that each further line that matches is a problem of its own under the same head.
public struct ProblemMatcher: Sendable {
    /// A group's number for each part of a problem, as far as the pattern tells it.
    public struct Pattern: Sendable {
        public var regexp: LinePattern
        public var groups: [Part: Int]
        public var loops: Bool

        public init(regexp: LinePattern, groups: [Part: Int], loops: Bool = false) {
            self.regexp = regexp
            self.groups = groups
            self.loops = loops
        }
    }

    /// What a group can be.
    public enum Part: String, CaseIterable, Hashable, Sendable {
        case file
        case fromPath
        case line
        case column
        case severity
        case code
        case message
    }

    /// What was found; the parts that a pattern told.
    public typealias Problem = [Part: String]

    public let owner: String
    /// `error`, `warning` or `notice`: of problems that tell none; nil: an error.
    public let severity: String?
    private let patterns: [Pattern]
    /// What the patterns before the last one found, as long as the next line may go on with it.
    private var found: [Problem?]

    /// - Throws: `Mistake`, which says what is wrong with the patterns as a whole.
    public init(owner: String, severity: String? = nil, patterns: [Pattern]) throws(Mistake) {
        try Self.check(patterns)
        self.owner = owner
        self.severity = severity
        self.patterns = patterns
        found = Array(repeating: nil, count: patterns.count - 1)
    }

    /// Why a matcher is refused.
    public struct Mistake: Error, Equatable, Sendable {
        public var message: String
        public init(_ message: String) { self.message = message }
    }

    private static func check(_ patterns: [Pattern]) throws(Mistake) {
        guard !patterns.isEmpty else { throw Mistake("it has no pattern") }
        var known: Set<Part> = []
        for (index, pattern) in patterns.enumerated() {
            if pattern.loops && (index == 0 || index + 1 < patterns.count) {
                throw Mistake("only the last of several patterns may loop")
            }
            if pattern.loops && pattern.groups[.message] == nil { throw Mistake("the pattern that loops must tell the message") }
            for (part, group) in pattern.groups {
                guard known.insert(part).inserted else { throw Mistake("\(part.rawValue) is told twice") }
                guard 0...pattern.regexp.groupCount ~= group else {
                    throw Mistake("\(part.rawValue) is the group \(group), but the pattern has \(pattern.regexp.groupCount)")
                }
            }
        }
        guard known.contains(.message) else { throw Mistake("no pattern tells the message") }
    }

    /// Takes the next line, without its end and without colours.
    ///
    /// - Throws: `tooSlow`.
    public mutating func match(_ line: String) throws(LinePatternError) -> Problem? {
        try match(line.unicodeScalars.map(\.value))
    }

    mutating func match(_ line: [UInt32]) throws(LinePatternError) -> Problem? {
        // From the last one, so that one line is not two steps of the same problem.
        for index in patterns.indices.reversed() {
            let head = index > 0 ? found[index - 1] : nil
            guard index == 0 || head != nil else { continue }
            let isLast = index == patterns.count - 1
            guard let problem = try problem(of: patterns[index], in: line, after: head) else {
                if isLast, index > 0 { found[index - 1] = nil } else if !isLast { found[index] = nil }
                continue
            }
            guard isLast else {
                found[index] = problem
                continue
            }
            reset()
            if patterns[index].loops { found[index - 1] = head }
            return problem
        }
        return nil
    }

    /// Forgets what it was in the middle of.
    public mutating func reset() {
        for index in found.indices { found[index] = nil }
    }

    private func problem(
        of pattern: Pattern, in line: [UInt32], after head: Problem?
    ) throws(LinePatternError) -> Problem? {
        guard let groups = try pattern.regexp.groups(in: line) else { return nil }
        var problem = head ?? [:]
        for (part, group) in pattern.groups where problem[part] == nil { problem[part] = groups[group] ?? "" }
        return problem
    }
}
