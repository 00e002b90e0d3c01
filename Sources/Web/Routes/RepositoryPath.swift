internal import PercentCoding

/// A repository's name in the address of a page, or of the API.
public enum RepositoryPath {
    /// The words of addresses that stand after a repository's name.
    static let words = Set(RouteTable.routes.flatMap(\.pattern.wordsAfterName))

    /// As people read it: its slashes separate parts. Where one of its own parts is a word of addresses, as in `acme/metrics`, they are
    /// encoded, so that it is not taken for the metrics of `acme`.
    public static func encoded(_ name: String) -> String {
        let isAlike = name.split(separator: "/").contains { words.contains(String($0)) }
        return PercentEncoding.encoded(name, keepingSlash: !isAlike)
    }
}

extension RoutePattern {
    fileprivate var wordsAfterName: [String] {
        let isName = { (part: Part) in
            if case .many = part { true } else { false }
        }
        guard let index = parts.firstIndex(where: isName) else { return [] }
        return parts[index...].compactMap { part in
            if case .literal(let word) = part { word } else { nil }
        }
    }
}
