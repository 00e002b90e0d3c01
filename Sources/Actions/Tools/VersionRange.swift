/// Which versions are wanted, as npm's semver writes it: `3.x`, `~3.11`, `^20.1`, `>=18 <21`, `16 - 18`, `18 || 20`.
struct VersionRange: Equatable, Sendable {
    private enum Bound: Equatable {
        case atLeast(SemanticVersion)
        case above(SemanticVersion)
        case atMost(SemanticVersion)
        case below(SemanticVersion)

        var version: SemanticVersion {
            switch self {
            case .atLeast(let version), .above(let version), .atMost(let version), .below(let version): version
            }
        }

        func holds(_ other: SemanticVersion) -> Bool {
            switch self {
            case .atLeast(let version): other >= version
            case .above(let version): other > version
            case .atMost(let version): other <= version
            case .below(let version): other < version
            }
        }
    }

    /// Any of these must hold, of each all bounds.
    private let alternatives: [[Bound]]
    private let takesPrereleases: Bool

    /// Nil for what is no range.
    ///
    /// - Parameter takesPrereleases: whether versions before a release count like others.
    init?(_ text: String, takesPrereleases: Bool = false) {
        self.takesPrereleases = takesPrereleases
        var alternatives: [[Bound]] = []
        for part in text.split(separator: "|", omittingEmptySubsequences: true) {
            guard let bounds = Self.bounds(String(part), takesPrereleases) else { return nil }
            alternatives.append(bounds)
        }
        if alternatives.isEmpty { alternatives = [[]] }
        self.alternatives = alternatives
    }

    func contains(_ version: SemanticVersion) -> Bool {
        alternatives.contains { bounds in
            guard bounds.allSatisfy({ $0.holds(version) }) else { return false }
            guard version.isPrerelease, !takesPrereleases else { return true }
            // Only where the range speaks of prereleases of just this version.
            return bounds.contains { $0.version.isPrerelease && $0.version.numbers == version.numbers }
        }
    }

    /// The highest of those that are in the range.
    func best<Candidate>(of candidates: [Candidate], version: (Candidate) -> SemanticVersion) -> Candidate? {
        candidates.filter { contains(version($0)) }.max { version($0) < version($1) }
    }

    // MARK: Reading

    private static func bounds(_ text: String, _ takesPrereleases: Bool) -> [Bound]? {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        if words.count == 3, words[1] == "-", let low = Partial(words[0], takesPrereleases),
            let high = Partial(words[2], takesPrereleases)
        {
            if let next = high.next { return [.atLeast(low.lowest), .below(next)] }
            return high.isWhole ? [.atLeast(low.lowest), .atMost(high.lowest)] : [.atLeast(low.lowest)]
        }
        var bounds: [Bound] = []
        var sign = ""
        for word in words {
            let signs = word.prefix { "<>=~^".contains($0) }
            sign += signs
            let rest = word.dropFirst(signs.count)
            // The sign and its version may stand apart.
            if rest.isEmpty { continue }
            guard let partial = Partial(rest, takesPrereleases), let more = comparator(sign, partial) else { return nil }
            bounds += more
            sign = ""
        }
        return sign.isEmpty ? bounds : nil
    }

    private static func comparator(_ sign: String, _ partial: Partial) -> [Bound]? {
        let low = partial.lowest
        switch sign {
        case "", "=", "==":
            guard !partial.isWhole else { return [.atLeast(low), .atMost(low)] }
            return partial.next.map { [.atLeast(low), .below($0)] } ?? []
        case ">=": return [.atLeast(low)]
        case ">": return partial.next.map { [.atLeast($0)] } ?? (partial.isWhole ? [.above(low)] : nil)
        case "<": return [.below(low)]
        case "<=": return partial.next.map { [.below($0)] } ?? (partial.isWhole ? [.atMost(low)] : [])
        case "~", "~>", "~=":
            guard partial.count > 0 else { return [] }
            return [.atLeast(low), .below(partial.nextMinor)]
        case "^":
            guard partial.count > 0 else { return [] }
            return [.atLeast(low), .below(partial.nextIncompatible)]
        default: return nil
        }
    }
}

/// A version of which parts may be missing or be `x`.
private struct Partial {
    /// The numbers that are given: 0 to 3.
    let numbers: [Int]
    let prerelease: [String]
    /// What ends, or begins, a stretch of versions that its prereleases belong to.
    private let edge: [String]

    init?(_ text: some StringProtocol, _ takesPrereleases: Bool) {
        edge = takesPrereleases ? ["0"] : []
        if let version = SemanticVersion(text) {
            numbers = version.numbers
            prerelease = version.prerelease
            return
        }
        var text = Substring(text).drop { $0 == "v" || $0 == "=" }
        var prerelease: [String] = []
        if let dash = text.firstIndex(of: "-") {
            prerelease = text[text.index(after: dash)...].split(separator: ".").map(String.init)
            text = text[..<dash]
        }
        var numbers: [Int] = []
        var isOpen = false
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 3 else { return nil }
        for part in parts {
            if ["x", "X", "*"].contains(part) || (part.isEmpty && parts.count == 1) {
                isOpen = true
            } else if let number = Int(part), number >= 0, !isOpen {
                numbers.append(number)
            } else if !isOpen {
                return nil
            }
        }
        self.numbers = numbers
        self.prerelease = prerelease
    }

    var count: Int { numbers.count }
    var isWhole: Bool { numbers.count == 3 }

    private func number(_ index: Int) -> Int { index < numbers.count ? numbers[index] : 0 }

    private func edge(_ major: Int, _ minor: Int, _ patch: Int) -> SemanticVersion {
        SemanticVersion(major, minor, patch, prerelease: edge)
    }

    var lowest: SemanticVersion {
        let prerelease = isWhole || !self.prerelease.isEmpty ? self.prerelease : edge
        return SemanticVersion(number(0), number(1), number(2), prerelease: prerelease)
    }

    /// The first version after all that the parts stand for; nil where they stand for one version, or for all.
    var next: SemanticVersion? {
        switch count {
        case 1: edge(number(0) + 1, 0, 0)
        case 2: edge(number(0), number(1) + 1, 0)
        default: nil
        }
    }

    /// The first version that a tilde leaves out.
    var nextMinor: SemanticVersion { count == 1 ? edge(number(0) + 1, 0, 0) : edge(number(0), number(1) + 1, 0) }

    /// The first version that a caret leaves out: the next one that changes the first number that is not zero.
    var nextIncompatible: SemanticVersion {
        if number(0) > 0 || count == 1 { return edge(number(0) + 1, 0, 0) }
        if number(1) > 0 || count == 2 { return edge(0, number(1) + 1, 0) }
        return edge(0, 0, number(2) + 1)
    }
}
