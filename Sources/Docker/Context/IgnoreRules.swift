/// One rule of an ignore file.
public struct IgnoreRule: Equatable, Sendable {
    /// The file's name, as its context has it: `.dockerignore`; nil for a rule that stands in no file.
    public let file: String?
    /// From 1 on.
    public let line: Int?
    /// As it is compared, with `!` before an exception.
    public let text: String
    /// Whether it takes back what rules before it left out.
    public let isException: Bool
    let pattern: IgnorePattern
}

/// Which paths of a build context are left out: the rules of a `.dockerignore`, in their order, of which the last one that
/// fits a path, or a folder above it, decides. See "dockerignore files" in Docker's manual.
public struct IgnoreRules: Equatable, Sendable {
    public private(set) var rules: [IgnoreRule] = []

    /// What fits nothing leaves out nothing.
    public static let none = IgnoreRules()

    private init() {}

    /// - Throws: `DockerError` for what is no pattern.
    public init(patterns: [String]) throws(DockerError) {
        for pattern in patterns { try add(pattern, line: nil, of: nil) }
    }

    /// Reads an ignore file: a pattern a line, with comments.
    ///
    /// - Parameters:
    ///   - name: for messages, and for the rules.
    /// - Throws: `DockerError` for what is no pattern, with its line.
    public init(text: [UInt8], name: String) throws(DockerError) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let content = text.starts(with: mark) ? text[3...] : text[...]
        for (index, line) in content.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            guard line.first != UInt8(ascii: "#") else { continue }
            let pattern = Self.normalized(PathText.trimmed(String(decoding: line, as: UTF8.self)))
            if !pattern.isEmpty { try add(pattern, line: index + 1, of: name) }
        }
    }

    /// A line of a file as a pattern: a slash at its beginning, also behind `!`, means the root of the context, as without it.
    private static func normalized(_ line: String) -> String {
        guard !line.isEmpty else { return "" }
        let isException = line.utf8.first == UInt8(ascii: "!")
        var text = isException ? PathText.trimmed(String(line.dropFirst())) : line
        if !text.isEmpty {
            text = PathText.cleaned(text)
            if text.utf8.count > 1, text.utf8.first == PathText.slash { text = String(text.dropFirst()) }
        }
        return (isException ? "!" : "") + text
    }

    /// Takes back what the rules leave out of one path.
    mutating func except(_ path: String) throws(DockerError) { try add("!" + Self.escaped(path), line: nil, of: nil) }

    /// A path as the pattern that fits only it.
    private static func escaped(_ path: String) -> String {
        var text = ""
        for scalar in path.unicodeScalars {
            if "*?[]\\".unicodeScalars.contains(scalar) { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    private mutating func add(_ text: String, line: Int?, of file: String?) throws(DockerError) {
        var pattern = PathText.trimmed(text)
        guard !pattern.isEmpty else { return }
        pattern = PathText.cleaned(pattern)
        let isException = pattern.utf8.first == UInt8(ascii: "!")
        if isException { pattern = String(pattern.dropFirst()) }
        let place = line.map { "line \($0) of \(file ?? "the ignore file")" } ?? "a pattern of ignored files"
        guard !pattern.isEmpty else {
            throw DockerError(.refused, "read \(place)", "\"!\" needs a pattern behind it")
        }
        guard let compiled = IgnorePattern(pattern) else {
            throw DockerError(.refused, "read \(place)", "\"\(text)\" is no pattern: brackets or a backslash are left open")
        }
        rules.append(
            IgnoreRule(
                file: file, line: line, text: (isException ? "!" : "") + pattern, isException: isException, pattern: compiled))
    }

    // MARK: - Answers

    var hasExceptions: Bool { rules.contains(where: \.isException) }

    /// The rule that leaves a path out; nil where it is in the context.
    ///
    /// - Parameter path: from the root of the context on, with `/`. The context itself is never left out.
    public func rule(leavingOut path: String) -> IgnoreRule? {
        let path = PathText.cleaned(path)
        guard path != "." else { return nil }
        let ways = Self.ways(to: PathText.scalars(path))
        var deciding: IgnoreRule?
        for rule in rules where rule.isException == (deciding != nil) {
            if ways.contains(where: rule.pattern.matches) { deciding = rule.isException ? nil : rule }
        }
        return deciding
    }

    public func leavesOut(_ path: String) -> Bool { rule(leavingOut: path) != nil }

    /// The path, and each folder above it.
    private static func ways(to path: [UInt32]) -> [[UInt32]] {
        var ways = [path]
        for index in path.indices where path[index] == PathExpression.slash {
            // Above what is at the root of the file system stands nothing, as Go has it.
            ways.append(Array(path[..<index]))
        }
        return ways
    }
}
