/// A `.gitignore`: which files it keeps out of a repository, and by which line.
///
/// See "gitignore" in Git's manual.
struct GitIgnoreFile {
    private struct Pattern {
        var line: Int
        var text: String
        var isNegated: Bool
        var matchesFoldersOnly: Bool
        /// Whether it counts from the file's folder on; else a name at any depth is meant.
        var isAnchored: Bool
        var glob: GitGlob
    }

    /// Its folder, from the workspace on; empty for the workspace itself.
    let folder: String
    let path: String
    private let patterns: [Pattern]

    /// - Parameter path: from the workspace on.
    init(path: String, text: String) {
        self.path = path
        folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        patterns = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            Self.pattern(String(line), number: index + 1)
        }
    }

    private static func pattern(_ line: String, number: Int) -> Pattern? {
        var text = line[...]
        if text.last == "\r" { text.removeLast() }
        while text.last == " ", !text.hasSuffix("\\ ") { text.removeLast() }
        guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
        let written = String(text)
        let isNegated = text.hasPrefix("!")
        if isNegated { text.removeFirst() }
        let matchesFoldersOnly = text.last == "/"
        if matchesFoldersOnly { text.removeLast() }
        let isAnchored = text.contains("/")
        if text.first == "/" { text.removeFirst() }
        guard !text.isEmpty else { return nil }
        return Pattern(
            line: number, text: written, isNegated: isNegated, matchesFoldersOnly: matchesFoldersOnly, isAnchored: isAnchored,
            glob: GitGlob(String(text)))
    }

    /// What the file says of one entry: its last line that matches.
    ///
    /// - Parameter names: of the path, from the file's folder on.
    func verdict(on names: [Substring], isFolder: Bool) -> (line: IgnoreLine, isIgnored: Bool)? {
        guard let name = names.last else { return nil }
        let path = names.joined(separator: "/")
        let pattern = patterns.last { pattern in
            (isFolder || !pattern.matchesFoldersOnly) && pattern.glob.matches(pattern.isAnchored ? path : String(name))
        }
        return pattern.map { (IgnoreLine(file: self.path, line: $0.line, pattern: $0.text), !$0.isNegated) }
    }
}

/// All files of a workspace by which Git ignores others.
struct GitIgnoreFiles {
    private let byFolder: [String: GitIgnoreFile]

    init(_ files: [GitIgnoreFile]) {
        byFolder = Dictionary(files.map { ($0.folder, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The line that keeps a file out; nil where none does. In a folder that is kept out nothing can be let in again.
    ///
    /// - Parameter path: from the workspace on.
    func line(hiding path: String) -> IgnoreLine? {
        let names = path.split(separator: "/")
        for count in 1...max(names.count, 1) where count <= names.count {
            let entry = names.prefix(count)
            let isFolder = count < names.count
            // The deepest file that has a word to say counts.
            for depth in stride(from: count - 1, through: 0, by: -1) {
                guard let file = byFolder[entry.prefix(depth).joined(separator: "/")] else { continue }
                guard let verdict = file.verdict(on: Array(entry.dropFirst(depth)), isFolder: isFolder) else { continue }
                if verdict.isIgnored { return verdict.line }
                break
            }
        }
        return nil
    }
}

/// A pattern of Git: `*` and `?` stop at a slash, `**` between slashes takes folders of any depth.
struct GitGlob {
    private enum Part {
        case literal(Character)
        case anyCharacter
        case set([ClosedRange<Character>], isNegated: Bool)
        case anyWithin
        /// `**/`, `/**` and the like: anything, slashes included.
        case anything
        /// `**/`: nothing, or folders.
        case folders
    }

    private let parts: [Part]

    init(_ pattern: String) {
        var parts: [Part] = []
        var rest = pattern[...]
        var isAtStart = true
        while let character = rest.popFirst() {
            let wasAtStart = isAtStart
            isAtStart = character == "/"
            switch character {
            case "\\": if let next = rest.popFirst() { parts.append(.literal(next)) }
            case "?": parts.append(.anyCharacter)
            case "*" where wasAtStart && rest.hasPrefix("*/"):
                rest.removeFirst(2)
                parts.append(.folders)
                isAtStart = true
            case "*" where wasAtStart && rest == "*":
                rest.removeFirst()
                parts.append(.anything)
            case "*":
                while rest.first == "*" { rest.removeFirst() }
                parts.append(.anyWithin)
            case "[": parts.append(Self.set(&rest) ?? .literal("["))
            default: parts.append(.literal(character))
            }
        }
        self.parts = parts
    }

    private static func set(_ rest: inout Substring) -> Part? {
        var text = rest
        let isNegated = text.first == "!" || text.first == "^"
        if isNegated { text.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        while let character = text.popFirst() {
            if character == "]", !ranges.isEmpty {
                rest = text
                return .set(ranges, isNegated: isNegated)
            }
            let low = character == "\\" ? text.popFirst() ?? character : character
            if text.first == "-", let high = text.dropFirst().first, high != "]", low <= high {
                text.removeFirst(2)
                ranges.append(low...high)
            } else {
                ranges.append(low...low)
            }
        }
        return nil
    }

    /// Compares all positions at a time, so that no pattern takes more than its length times the path's.
    func matches(_ path: String) -> Bool {
        var states = Set([0])
        states = closure(of: states, at: true)
        var isAtStart = true
        for character in path {
            var next: Set<Int> = []
            for state in states where state < parts.count { step(state, character, into: &next) }
            isAtStart = character == "/"
            states = closure(of: next, at: isAtStart)
            if states.isEmpty { return false }
        }
        return states.contains(parts.count)
    }

    private func step(_ state: Int, _ character: Character, into next: inout Set<Int>) {
        switch parts[state] {
        case .literal(let wanted): if character == wanted { next.insert(state + 1) }
        case .anyCharacter: if character != "/" { next.insert(state + 1) }
        case .set(let ranges, let isNegated):
            if character != "/", ranges.contains(where: { $0.contains(character) }) != isNegated { next.insert(state + 1) }
        case .anyWithin: if character != "/" { next.insert(state) }
        case .anything, .folders: next.insert(state)
        }
    }

    /// The positions that are reached without a character.
    private func closure(of states: Set<Int>, at isStart: Bool) -> Set<Int> {
        var all = states
        var waiting = Array(states)
        while let state = waiting.popLast() {
            guard state < parts.count else { continue }
            switch parts[state] {
            case .anyWithin, .anything: if all.insert(state + 1).inserted { waiting.append(state + 1) }
            case .folders: if isStart, all.insert(state + 1).inserted { waiting.append(state + 1) }
            default: break
            }
        }
        return all
    }
}
