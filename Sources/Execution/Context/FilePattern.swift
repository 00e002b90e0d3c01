internal import Glibc

/// One pattern of `hashFiles()`, read as GitHub's glob package reads it: relative to the workspace, `**` for any folders, names
/// that begin with a dot like others, and what lies in a folder that matches matches, too.
struct FilePattern {
    let excludes: Bool
    private let segments: [String]
    /// Ends with `/`: only folders match, and so what is in them.
    private let isForFolders: Bool

    /// Why a pattern can't be used.
    struct Mistake: Error {
        var message: String
    }

    /// - Returns: nil for a pattern that matches nothing in the workspace, and for an empty line or a remark.
    init?(_ line: Substring, workspaces: [String]) throws(Mistake) {
        var text = Self.trimmed(line)
        guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
        var excludes = false
        while text.hasPrefix("!") {
            excludes.toggle()
            text = Self.trimmed(text.dropFirst())
        }
        guard !text.isEmpty else { throw Mistake(message: "the pattern \"\(line)\" is empty") }
        if text.hasPrefix("/") {
            guard let workspace = workspaces.first(where: { text == $0 || text.hasPrefix($0 + "/") }) else { return nil }
            text = text.dropFirst(workspace.count)
        } else if text == "." || text.hasPrefix("./") {
            text = text.dropFirst(1)
        } else if text == "~" || text.hasPrefix("~/") {
            return nil
        }
        let segments = text.split(separator: "/").map(String.init)
        guard !segments.contains("."), !segments.contains("..") else {
            throw Mistake(message: "the pattern \"\(line)\" is relative: \".\" and \"..\" are not allowed in it")
        }
        self.excludes = excludes
        self.segments = segments
        isForFolders = text.hasSuffix("/")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }

    /// The names up to the first one with a wildcard: where the search begins.
    var searchPath: [String] {
        var path: [String] = []
        for segment in segments {
            guard let literal = Self.literal(segment) else { break }
            path.append(literal)
        }
        return path
    }

    /// Whether a file matches.
    func matches(_ names: [String]) -> Bool {
        // A folder above it that matches takes it in.
        if (0..<names.count).contains(where: { Self.matches(segments[...], names[..<$0]) }) { return true }
        return !isForFolders && Self.matches(segments[...], names[...])
    }

    /// Whether something in this folder may match.
    func mayMatch(below names: [String]) -> Bool {
        Self.mayMatch(segments[...], names[...])
    }

    /// Goes back to the last `**` only: what an earlier one could take instead, the last one can take as well.
    private static func matches(_ segments: ArraySlice<String>, _ names: ArraySlice<String>) -> Bool {
        var (segment, name) = (segments.startIndex, names.startIndex)
        var retry: (segment: Int, name: Int)?
        while name < names.endIndex {
            if segment < segments.endIndex, segments[segment] == "**" {
                retry = (segment, name)
                segment += 1
            } else if segment < segments.endIndex, fnmatch(segments[segment], names[name], 0) == 0 {
                segment += 1
                name += 1
            } else if let last = retry {
                retry = (last.segment, last.name + 1)
                (segment, name) = (last.segment + 1, last.name + 1)
            } else {
                return false
            }
        }
        return segments[segment...].allSatisfy { $0 == "**" }
    }

    private static func mayMatch(_ segments: ArraySlice<String>, _ names: ArraySlice<String>) -> Bool {
        guard let segment = segments.first, segment != "**", let name = names.first else { return true }
        guard fnmatch(segment, name, 0) == 0 else { return false }
        return mayMatch(segments.dropFirst(), names.dropFirst())
    }

    /// A segment without wildcards, its escapes undone; nil where it has some. A set of one character is that character.
    private static func literal(_ segment: String) -> String? {
        var literal = ""
        var rest = segment[...]
        while let character = rest.popFirst() {
            switch character {
            case "\\" where !rest.isEmpty: literal.append(rest.removeFirst())
            case "*", "?": return nil
            case "[":
                guard let end = rest.firstIndex(of: "]") else {
                    literal.append(character)
                    continue
                }
                let set = rest[..<end]
                if set.count > 1 { return nil }
                if set.isEmpty {
                    literal.append(character)
                } else {
                    literal += set
                    rest = rest[rest.index(after: end)...]
                }
            default: literal.append(character)
            }
        }
        return literal
    }
}
