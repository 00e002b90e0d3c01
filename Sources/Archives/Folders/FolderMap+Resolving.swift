public import Glibc

extension FolderMap {
    /// What a path stands for, with every link followed.
    enum Place {
        case folder(OpenFolder, path: [String])
        /// Anything else, by its name in its folder.
        case entry(OpenFolder, name: String, kind: FileKind, path: [String])

        /// The path without links.
        var path: [String] {
            switch self {
            case .folder(_, let path), .entry(_, _, _, let path): path
            }
        }
    }

    /// Follows an absolute path.
    ///
    /// - Parameters:
    ///   - followsLast: whether a link at its end is followed too.
    ///   - making: whether folders that are missing are made.
    /// - Throws: of kind `outside` where it leads out of the folders.
    func resolve(_ path: String, followsLast: Bool = true, making: Bool = false) throws(ArchiveError) -> Place {
        var walk = PathWalk(map: self, path: path, followsLast: followsLast, making: making)
        return try walk.run()
    }

    /// Opens the folder at an absolute path, and makes it, with those above it, where it is missing.
    public func folder(making path: String) throws(ArchiveError) -> OpenFolder {
        guard case .folder(let folder, _) = try resolve(path, making: true) else {
            throw ArchiveError(.refused, "\(path) is no folder")
        }
        return folder
    }

    /// Opens a regular file.
    public func open(reading path: String) throws(ArchiveError) -> OpenFile {
        guard case .entry(let folder, let name, .file, _) = try resolve(path) else {
            throw ArchiveError(.refused, "can't read \(path): it is no regular file")
        }
        return try folder.open(reading: name)
    }

    /// What the symbolic link at an absolute path holds, as it is written; nil for what is no link.
    public func link(at path: String) throws(ArchiveError) -> String? {
        guard case .entry(let folder, let name, .link, _) = try resolve(path, followsLast: false) else { return nil }
        return try folder.target(ofLink: name).text
    }

    /// Makes or replaces a file, in a folder that is there.
    public func write(_ text: String, to path: String, mode: mode_t = 0o644) throws(ArchiveError) {
        let names = Self.normalized(path)
        guard let name = names.last, case .folder(let folder, _) = try resolve(Self.path(of: names.dropLast())) else {
            throw ArchiveError(.refused, "\(path) is in no folder")
        }
        let file = try folder.make(file: name, mode: mode)
        try file.write(Array(text.utf8), shown: path)
    }

    /// The text of a file of at most `limit` bytes; nil where there is none of that path.
    public func text(of path: String, limit: Int) throws(ArchiveError) -> String? {
        try bytes(of: path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The same, as it is.
    public func bytes(of path: String, limit: Int) throws(ArchiveError) -> [UInt8]? {
        let file: OpenFile
        do throws(ArchiveError) { file = try open(reading: path) } catch {
            if error.isMissing { return nil }
            throw error
        }
        guard try file.size() <= limit else { throw ArchiveError(.tooLarge, "\(path) holds more than \(limit) bytes") }
        return try file.readAll(limit: limit, shown: path)
    }
}

/// One way along a path.
private struct PathWalk {
    let map: FolderMap
    let shown: String
    let followsLast: Bool
    let making: Bool
    /// The names still to come, the next one last.
    private var pending: [String]
    /// The way so far; a folder is nil above every mount.
    private var names: [String] = []
    private var folders: [OpenFolder?] = []
    /// As the kernel has it.
    private var linksLeft = 40

    init(map: FolderMap, path: String, followsLast: Bool, making: Bool) {
        self.map = map
        shown = path
        self.followsLast = followsLast
        self.making = making
        pending = FolderMap.components(of: path).reversed()
    }

    mutating func run() throws(ArchiveError) -> FolderMap.Place {
        while let name = pending.popLast() {
            if name == "." { continue }
            if name == ".." {
                _ = names.popLast()
                _ = folders.popLast()
                continue
            }
            if let place = try step(name) { return place }
        }
        guard let last = folders.last, let folder = last else { throw outside() }
        return .folder(folder, path: names)
    }

    /// One name further; a place where the way ends with it.
    private mutating func step(_ name: String) throws(ArchiveError) -> FolderMap.Place? {
        let way = names + [name]
        if let mount = map.mount(at: way) {
            advance(name, mount.folder)
            return nil
        }
        guard let last = folders.last, let folder = last else {
            guard map.leadsToMount(way) else { throw outside() }
            advance(name, nil)
            return nil
        }
        do throws(ArchiveError) {
            advance(name, try folder.folder(name))
            return nil
        } catch {
            switch try folder.kind(of: name) {
            case nil:
                guard making else { throw error }
                advance(name, try folder.folder(making: name))
                return nil
            case .link where followsLast || !pending.isEmpty:
                try follow(name, in: folder)
                return nil
            case .folder:
                // Somebody else has made it since.
                advance(name, try folder.folder(name))
                return nil
            case let kind?:
                guard pending.isEmpty else { throw error }
                return .entry(folder, name: name, kind: kind, path: way)
            }
        }
    }

    private mutating func advance(_ name: String, _ folder: OpenFolder?) {
        names.append(name)
        folders.append(folder)
    }

    private mutating func follow(_ name: String, in folder: OpenFolder) throws(ArchiveError) {
        linksLeft -= 1
        guard linksLeft > 0 else { throw ArchiveError(.outside, "\(shown) leads through too many symbolic links") }
        let target = try folder.target(ofLink: name).text
        if target.hasPrefix("/") {
            names = []
            folders = []
        }
        pending += FolderMap.components(of: target).reversed()
    }

    private func outside() -> ArchiveError {
        let places = map.mounts.map(\.inside).joined(separator: ", ")
        return ArchiveError(.outside, "\(shown) is not in the job's folders (\(places))")
    }
}
