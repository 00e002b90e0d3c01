internal import Glibc

/// A pattern of the names of branches or tags, as GitHub's environments have them: `*`, `?` and `[…]` stand for characters other than
/// `/`, and `**/` for any number of folders, none among them.
struct RefPattern {
    private let parts: [Substring]

    init(_ text: String) { parts = text.split(separator: "/", omittingEmptySubsequences: false) }

    func matches(_ name: String) -> Bool {
        Self.match(parts[...], name.split(separator: "/", omittingEmptySubsequences: false)[...])
    }

    private static func match(_ parts: ArraySlice<Substring>, _ name: ArraySlice<Substring>) -> Bool {
        guard let first = parts.first else { return name.isEmpty }
        let rest = parts.dropFirst()
        if first == "**", !rest.isEmpty {
            return (0...name.count).contains { match(rest, name.dropFirst($0)) }
        }
        guard let part = name.first, fnmatch(String(first), String(part), 0) == 0 else { return false }
        return match(rest, name.dropFirst())
    }
}
