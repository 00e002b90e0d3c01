/// The patterns of one filter in their order.
public struct FilterList: Sendable, Hashable {
    public let patterns: [FilterPattern]

    public init(_ patterns: [FilterPattern]) {
        self.patterns = patterns
    }

    public init(_ sources: [String], kind: FilterPattern.Kind) {
        patterns = sources.map { FilterPattern($0, kind: kind) }
    }

    /// Whether a filter that names what is wanted (`branches`, `tags`, `paths`) takes the text: of the patterns that match,
    /// the last one decides, and an exclusion takes away what stands before it.
    public func includes(_ text: String) -> Bool {
        patterns.last { $0.matches(text) }.map { !$0.isNegative } ?? false
    }

    /// Whether a filter that names what is unwanted (`branches-ignore`, …) takes the text. GitHub's manual has no exclusions
    /// here; as elsewhere each pattern is judged by itself, and a negative one holds for what it does not match.
    public func ignores(_ text: String) -> Bool {
        patterns.contains { $0.matches(text) != $0.isNegative }
    }

    /// Whether `paths` with these patterns skips a change: no changed file is included.
    public func skips(changesTo paths: [String]) -> Bool {
        !patterns.isEmpty && !paths.contains(where: includes)
    }

    /// Whether `paths-ignore` with these patterns skips a change: every changed file is ignored.
    public func skips(changesOnlyTo paths: [String]) -> Bool {
        !patterns.isEmpty && paths.allSatisfy(ignores)
    }

    /// The patterns as a person reads them: `'main', 'releases/**'`.
    var summary: String {
        patterns.map { "'\($0.source)'" }.joined(separator: ", ")
    }
}
