/// Finds what the `path` input of an action means, in the job's folders, as @actions/glob does.
public struct FileSearch {
    public struct Options: Sendable {
        /// Whether a pattern that matches a folder takes in all that is in it.
        public var takesDescendants: Bool
        /// Whether names that begin with a dot are left out, with what is in them.
        public var leavesOutHidden: Bool
        public var followsLinks: Bool

        public init(takesDescendants: Bool = true, leavesOutHidden: Bool = false, followsLinks: Bool = true) {
            self.takesDescendants = takesDescendants
            self.leavesOutHidden = leavesOutHidden
            self.followsLinks = followsLinks
        }
    }

    public struct Found: Equatable, Sendable {
        /// Absolute, as the job's commands name it.
        public var path: String
        public var isFolder: Bool
    }

    public struct Result: Sendable {
        /// In the order of the search paths, then of their names.
        public var found: [Found]
        /// The folders and files at which the search began: the parts of the patterns before their first wildcard, none of
        /// them in another.
        public var searchPaths: [String]
        /// Search paths that are not in the job's folders; nothing was looked for there.
        public var outside: [String]
        /// What was found and left out, and why: links that leave the job's folders, names that are no UTF-8.
        public var leftOut: [String]
    }

    private let map: FolderMap
    private let patterns: [GlobPattern]
    private let options: Options
    private let isCancelled: () -> Bool

    /// - Parameters:
    ///   - text: one pattern a line; empty lines and those that begin with `#` count for nothing.
    ///   - folder: where relative patterns begin.
    /// - Throws: `ArchiveError` for a pattern that is not allowed.
    public init(
        _ text: String, in map: FolderMap, folder: String, home: String?, options: Options = Options(),
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ArchiveError) {
        self.map = map
        self.options = options
        self.isCancelled = isCancelled
        var patterns: [GlobPattern] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.trimmingSpaces()
            guard !trimmed.isEmpty, !trimmed.hasPrefix("#") else { continue }
            let pattern = try GlobPattern(trimmed, folder: folder, home: home)
            patterns.append(pattern)
            if options.takesDescendants, let all = pattern.descendants { patterns.append(all) }
        }
        self.patterns = patterns
    }

    public func run() throws(ArchiveError) -> Result {
        let begins = searchPaths()
        var result = Result(found: [], searchPaths: begins.map(FolderMap.path), outside: [], leftOut: [])
        for path in begins {
            guard map.mount(holding: FolderMap.path(of: path)) != nil else {
                result.outside.append(FolderMap.path(of: path))
                continue
            }
            try look(at: path, in: nil, above: [], result: &result)
        }
        return result
    }

    private func searchPaths() -> [[String]] {
        var paths: [[String]] = []
        let candidates = patterns.filter { !$0.excludes }.map(\.literalNames)
        for path in candidates where !paths.contains(path) {
            guard !candidates.contains(where: { $0.count < path.count && path.starts(with: $0) }) else { continue }
            paths.append(path)
        }
        return paths
    }

    /// Looks at one path, and at what is in it where a pattern may match there.
    ///
    /// - Parameters:
    ///   - folder: the folder that holds it, where it is open already.
    ///   - above: the paths, without links, of the folders that the search is in; a link to one of them is a circle.
    private func look(
        at path: [String], in folder: OpenFolder?, above: [[String]], result: inout Result
    ) throws(ArchiveError) {
        let match = self.match(path)
        guard match.mayHold, let name = path.last else { return }
        if isCancelled() { throw ArchiveError(.cancelled, "the search for files was cancelled") }
        guard let place = try place(of: path, in: folder, above: above, result: &result) else { return }
        if options.leavesOutHidden, name.hasPrefix(".") { return }
        switch place {
        case .entry(_, _, let kind, _):
            guard kind == .file || kind == .link, match.takesFile else { return }
            result.found.append(Found(path: FolderMap.path(of: path), isFolder: false))
        case .folder(let folder, let real):
            if match.takesFolder { result.found.append(Found(path: FolderMap.path(of: path), isFolder: true)) }
            guard !above.contains(real) else { return }
            for name in try folder.names() {
                guard let text = name.exactText else {
                    result.leftOut.append("\(folder.shown(name)) is left out: its name is no UTF-8")
                    continue
                }
                try look(at: path + [text], in: folder, above: above + [real], result: &result)
            }
        }
    }

    private func place(
        of path: [String], in folder: OpenFolder?, above: [[String]], result: inout Result
    ) throws(ArchiveError) -> FolderMap.Place? {
        let shown = FolderMap.path(of: path)
        do throws(ArchiveError) {
            if let folder, let name = path.last, let parent = above.last, map.mount(at: parent + [name]) == nil {
                switch try folder.kind(of: name) {
                case nil: return nil
                case .folder: return .folder(try folder.folder(name), path: parent + [name])
                case .link where options.followsLinks: break
                case let kind?: return .entry(folder, name: name, kind: kind, path: parent + [name])
                }
            }
            return try map.resolve(shown, followsLast: options.followsLinks)
        } catch {
            // A link to nothing, or a file that went meanwhile.
            if error.isMissing { return nil }
            // What is named outright and can't be had is an error; what is merely found is left out.
            guard error.kind == .outside, folder != nil else { throw error }
            result.leftOut.append("\(shown) is left out: it is a link out of the job's folders")
            return nil
        }
    }

    // MARK: Matching

    private struct Answer {
        var takesFile = false
        var takesFolder = false
        /// Whether something may match in it, if it is a folder.
        var mayHold = false
    }

    /// Patterns count in their order: each adds what it matches, or takes it away.
    private func match(_ path: [String]) -> Answer {
        var answer = Answer()
        for pattern in patterns {
            let match = pattern.match(path)
            if match != .none && !pattern.excludes { answer.mayHold = true }
            guard match == .full else { continue }
            answer.takesFolder = !pattern.excludes
            if !pattern.matchesFoldersOnly { answer.takesFile = !pattern.excludes }
        }
        return answer
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> String {
        var text = drop { $0.isWhitespace }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
