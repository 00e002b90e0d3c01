/// One pattern of `branches`, `tags` or `paths` and their `-ignore` forms.
///
/// `*` is any text without a slash, `**` any text, `?` and `+` repeat the character or set before them (at most once, at
/// least once), `[…]` is one character of a set, `\` takes the special meaning from the next character, and `!` in
/// front turns the pattern into an exclusion. `**/` at the start of the pattern or of a folder also stands for no
/// folder at all. Case counts. See "Filter pattern cheat sheet" in GitHub's manual of the workflow syntax.
public struct FilterPattern: Sendable, Hashable {
    /// What the pattern is compared with.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A branch or tag, by its short name.
        case ref
        /// A file, by its path from the root of the repository.
        case path
    }

    /// As written, with its `!`.
    public let source: String
    public let kind: Kind
    /// Whether a match excludes.
    public let isNegative: Bool
    /// What is wrong with it, in the order of the text; empty for a sound pattern.
    public let flaws: [FilterPatternFlaw]

    private let program: [FilterInstruction]

    /// - Parameter source: as it stands in the file. A flawed pattern is kept; it matches what is left of it.
    public init(_ source: String, kind: Kind) {
        self.source = source
        self.kind = kind
        isNegative = source.hasPrefix("!")
        var parser = FilterPatternParser(source: source, kind: kind)
        parser.parse()
        flaws = parser.flaws
        program = parser.program
    }

    /// The only text that it matches; nil where there may be others.
    public var literal: String? { isNegative || source.isEmpty || source.contains { "*?+[]!\\".contains($0) } ? nil : source }

    /// Whether the text matches the pattern as a whole, whatever the sign of the pattern.
    ///
    /// Takes time in proportion to the product of both lengths at worst, whatever the pattern.
    public func matches(_ text: String) -> Bool {
        FilterMatcher(program: program).matches(text)
    }
}

/// Something wrong with a filter pattern.
public struct FilterPatternFlaw: Error, Sendable, Hashable {
    public enum Weight: Sendable, Hashable {
        /// The pattern means nothing.
        case malformed
        /// The pattern is well formed but can't match anything, or says something simple in a misleading way.
        case futile
    }

    public var weight: Weight
    /// What was found and what was expected, one sentence without a full stop.
    public var message: String
    /// Where in the pattern, in Unicode scalars.
    public var offset: Int

    public init(weight: Weight, message: String, offset: Int) {
        self.weight = weight
        self.message = message
        self.offset = offset
    }
}
