internal import Glibc

/// A pattern for names without folders, as minimatch reads it: `*`, `?`, `[…]`, `{a,b}`, `+(a|b)`, and `!` before all.
public struct NamePattern: Sendable {
    private let alternatives: [String]
    private let excludes: Bool
    /// Extended patterns, and a leading dot is matched by a dot only; both GNU's.
    private static let flags: Int32 = 1 << 5 | 1 << 2

    public init(_ text: String) {
        var text = Substring(text)
        var excludes = false
        while text.hasPrefix("!"), !text.hasPrefix("!(") {
            excludes.toggle()
            text = text.dropFirst()
        }
        self.excludes = excludes
        alternatives = Self.expanded(String(text), most: 1000)
    }

    public func matches(_ name: String) -> Bool {
        let isFound = UTF8Locale.with { alternatives.contains { fnmatch($0, name, Self.flags) == 0 } }
        return isFound != excludes
    }

    /// Each way to choose from the braces; a brace that is not closed, or holds no comma, stands for itself.
    private static func expanded(_ text: String, most: Int) -> [String] {
        let characters = Array(text)
        var depth = 0
        var start: Int?
        var cuts: [Int] = []
        for (index, character) in characters.enumerated() {
            switch character {
            case "{":
                if depth == 0 { (start, cuts) = (index, [index]) }
                depth += 1
            case "," where depth == 1: cuts.append(index)
            case "}" where depth > 0:
                depth -= 1
                guard depth == 0, let begin = start, cuts.count > 1 else { continue }
                let head = String(characters[..<begin])
                let tails = expanded(String(characters[(index + 1)...]), most: most)
                let parts = zip(cuts, cuts.dropFirst() + [index]).flatMap { from, to in
                    expanded(String(characters[(from + 1)..<to]), most: most)
                }
                guard parts.count * tails.count <= most else { return [text] }
                return parts.flatMap { part in tails.map { head + part + $0 } }
            default: continue
            }
        }
        return [text]
    }
}
