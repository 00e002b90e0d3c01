internal import Glibc

/// One line of a `path` input, as @actions/glob reads it: `dist/**/*.whl`, `~/.cache/pip`, `!**/*.tmp`.
///
/// `*`, `?` and `[…]` match within a name, also one that begins with a dot; `**` as a whole name matches any number of
/// folders. Neither braces nor extended patterns have a meaning.
struct GlobPattern: Equatable {
    enum Match: Comparable {
        case none
        /// The path is a folder that something which matches may be in.
        case partial
        case full
    }

    let excludes: Bool
    /// Only folders match: the line ended with a slash.
    let matchesFoldersOnly: Bool
    /// Names from the root of the job's view.
    let names: [String]

    /// How many names are before the first wildcard, and those names as they are on disk.
    let literalNames: [String]

    /// It stands for what is in something, and not for that itself.
    private let isForDescendants: Bool

    private init(excludes: Bool, matchesFoldersOnly: Bool, names: [String], isForDescendants: Bool = false) {
        self.excludes = excludes
        self.isForDescendants = isForDescendants
        self.matchesFoldersOnly = matchesFoldersOnly
        self.names = names
        var literal: [String] = []
        for name in names {
            guard let text = Self.literal(name) else { break }
            literal.append(text)
        }
        literalNames = literal
    }

    /// - Parameters:
    ///   - folder: where a relative pattern begins.
    ///   - home: what `~` stands for.
    /// - Throws: of kind `refused` where a name is `..`, or a `.` that is not the first.
    init(_ line: String, folder: String, home: String?) throws(ArchiveError) {
        var text = Substring(line)
        var excludes = false
        while text.hasPrefix("!") {
            excludes.toggle()
            text = text.dropFirst()
        }
        text = text.drop { $0 == " " || $0 == "\t" }
        guard !text.isEmpty else { throw ArchiveError(.refused, "the path \"\(line)\" is empty") }
        var base: [String] = []
        if text == "~" || text.hasPrefix("~/") {
            guard let home else { throw ArchiveError(.refused, "the path \"\(line)\" can't be found: the job has no HOME") }
            base = FolderMap.normalized(home)
            text = text.dropFirst()
        } else if !text.hasPrefix("/") {
            base = FolderMap.normalized(folder)
        }
        var names = text.split(separator: "/").map(String.init)
        if names.first == "." && !text.hasPrefix("/") { names.removeFirst() }
        if names.contains("..") || names.contains(".") {
            throw ArchiveError(
                .refused, "the path \"\(line)\" must not hold \"..\", nor \".\" but at its beginning: give it from the workspace")
        }
        self.init(
            excludes: excludes, matchesFoldersOnly: text.hasSuffix("/"), names: base.map(Self.escaped) + names)
    }

    /// The pattern for all that is in what this one matches.
    var descendants: GlobPattern? {
        guard matchesFoldersOnly || names.last != "**" else { return nil }
        return GlobPattern(excludes: excludes, matchesFoldersOnly: false, names: names + ["**"], isForDescendants: true)
    }

    func match(_ path: [String]) -> Match {
        UTF8Locale.with { match(names[...], path[...]) }
    }

    private func match(_ names: ArraySlice<String>, _ path: ArraySlice<String>) -> Match {
        guard let name = names.first else { return path.isEmpty ? .full : .none }
        if name == "**" {
            if names.count == 1 { return path.isEmpty && isForDescendants ? .partial : .full }
            if path.isEmpty { return max(.partial, match(names.dropFirst(), path)) }
            return max(match(names.dropFirst(), path), match(names, path.dropFirst()))
        }
        guard let first = path.first else { return .partial }
        guard fnmatch(name, first, 0) == 0 else { return .none }
        return match(names.dropFirst(), path.dropFirst())
    }

    // MARK: Literal names

    /// The name that a pattern without wildcards stands for; `[*]` is a star.
    private static func literal(_ name: String) -> String? {
        var text = ""
        var rest = Substring(name)
        while let character = rest.popFirst() {
            switch character {
            case "\\": if let next = rest.popFirst() { text.append(next) } else { text.append(character) }
            case "*", "?": return nil
            case "[":
                guard rest.contains("]") else {
                    text.append(character)
                    continue
                }
                // A set of one character is that character.
                let set = rest.prefix { $0 != "]" }
                guard set.count == 1, let only = set.first, only != "!", only != "^" else { return nil }
                text.append(only)
                rest = rest.dropFirst(2)
            default: text.append(character)
            }
        }
        return text
    }

    private static func escaped(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            if "*?[\\".contains(character) { text.append("\\") }
            text.append(character)
        }
    }
}
