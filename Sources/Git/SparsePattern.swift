internal import Glibc

/// One line of `.git/info/sparse-checkout`, which has the form of a line in `.gitignore` (gitignore(5)).
struct SparsePattern {
    let isNegative: Bool
    private let isFolderOnly: Bool
    /// Without a slash it is held against names alone, wherever they are.
    private let isName: Bool
    private let parts: [String]

    /// - Returns: nil for a comment.
    init?(_ line: String) {
        var text = line[...]
        if text.hasPrefix("#") { return nil }
        isNegative = text.hasPrefix("!")
        if isNegative { text = text.dropFirst() }
        if text.hasPrefix("\\#") || text.hasPrefix("\\!") { text = text.dropFirst() }
        while text.hasSuffix(" "), !text.hasSuffix("\\ ") { text = text.dropLast() }
        isFolderOnly = text.hasSuffix("/")
        if isFolderOnly { text = text.dropLast() }
        isName = !text.contains("/")
        parts = text.split(separator: "/").map(String.init)
        guard !parts.isEmpty else { return nil }
    }

    func matches(_ path: String, isFolder: Bool) -> Bool {
        if isFolderOnly, !isFolder { return false }
        let names = path.split(separator: "/").map(String.init)
        guard isName else { return matchesAll(names) }
        return names.last.map { fnmatch(parts[0], $0, 0) == 0 } ?? false
    }

    /// Holds the parts against the names one by one; `**` stands for any number of them, at the end for one at least. Row by
    /// row, so that no pattern takes long.
    private func matchesAll(_ names: [String]) -> Bool {
        var reached = [true] + Array(repeating: false, count: names.count)
        for (index, part) in parts.enumerated() {
            var next = Array(repeating: false, count: names.count + 1)
            if part == "**" {
                let isLast = index == parts.count - 1
                var isOpen = false
                for place in 0...names.count {
                    next[place] = isOpen || (!isLast && reached[place])
                    isOpen = isOpen || reached[place]
                }
            } else {
                for place in 0..<names.count where reached[place] {
                    next[place + 1] = fnmatch(part, names[place], 0) == 0
                }
            }
            reached = next
        }
        return reached[names.count]
    }
}
