/// A version as https://semver.org has it, without the build: `3.12.1`, `3.13.0-rc.2`.
struct SemanticVersion: Hashable, Sendable, CustomStringConvertible {
    let numbers: [Int]
    /// The parts after the dash.
    let prerelease: [String]

    init(_ major: Int, _ minor: Int, _ patch: Int, prerelease: [String] = []) {
        numbers = [major, minor, patch]
        self.prerelease = prerelease
    }

    /// Nil for what is no whole version. A `v` before it counts for nothing.
    init?(_ text: some StringProtocol) {
        var text = Substring(text).drop { $0 == "v" || $0 == "=" }
        if let plus = text.firstIndex(of: "+") { text = text[..<plus] }
        let dash = text.firstIndex(of: "-")
        let numbers = text[..<(dash ?? text.endIndex)].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 3, !numbers.contains(where: { $0 == nil || ($0 ?? -1) < 0 }) else { return nil }
        self.numbers = numbers.compactMap(\.self)
        prerelease = dash.map { text[text.index(after: $0)...].split(separator: ".").map(String.init) } ?? []
    }

    var isPrerelease: Bool { !prerelease.isEmpty }

    var description: String {
        numbers.map(String.init).joined(separator: ".") + (isPrerelease ? "-" + prerelease.joined(separator: ".") : "")
    }
}

extension SemanticVersion: Comparable {
    static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        if left.isPrerelease != right.isPrerelease { return left.isPrerelease }
        for (one, other) in zip(left.prerelease, right.prerelease) where one != other {
            switch (Int(one), Int(other)) {
            case (let one?, let other?): return one < other
            // Numbers come before words.
            case (_?, nil): return true
            case (nil, _?): return false
            case (nil, nil): return one < other
            }
        }
        return left.prerelease.count < right.prerelease.count
    }
}
