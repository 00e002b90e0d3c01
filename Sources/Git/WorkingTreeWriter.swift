internal import CLibGit2
internal import Glibc

/// Writes a commit's files, and notes each in the index and the pack while its bytes are at hand: every object is read
/// once.
///
/// The files go into a folder by system calls relative to it, see `FolderDescriptor`.
struct WorkingTreeWriter: ~Copyable {
    /// What a checkout's files depend on besides the commit.
    struct Rules {
        /// The most files of one checkout.
        var fileLimit: Int
        /// Nil: every file is laid out.
        var sparse: SparseSelection?
        /// Whether files that are in the way are replaced; otherwise the folder is empty.
        var replaces = false
        var isCancelled: () -> Bool
    }

    private let mirror: Mirror
    private let rules: Rules
    private let filters: WorkingTreeFilters
    var pack: PackWriter
    private var index = IndexFile()
    private(set) var report: CheckoutReport
    /// The paths of all files, where some may be replaced.
    private(set) var paths: Set<[UInt8]> = []

    /// The path of what is being written, with a slash after each folder.
    private var path: [UInt8] = []
    /// Whether a `.gitattributes` file here or above asks for conversions.
    private var converts = false
    private var seenCount = 0

    init(mirror: Mirror, pack: consuming PackWriter, commit: ObjectID, rules: Rules) {
        self.mirror = mirror
        self.pack = pack
        self.report = CheckoutReport(commit: commit)
        self.rules = rules
        filters = WorkingTreeFilters(mirror: mirror, commit: commit)
    }

    /// Writes a tree and everything below it.
    mutating func write(tree: ObjectID, into folder: borrowing FolderDescriptor) throws(GitError) {
        let entries = try entries(of: tree)
        let convertsAbove = converts
        try readAttributes(among: entries)
        for entry in entries {
            let length = try enter(entry, of: tree)
            try write(entry, named: entry.name.map(CChar.init(bitPattern:)) + [0], into: folder)
            path.removeSubrange(length...)
        }
        converts = convertsAbove
    }

    /// Notes what a sparse checkout does not lay out: a tree of which nothing is wanted.
    private mutating func leaveOut(tree: ObjectID) throws(GitError) {
        for entry in try entries(of: tree) {
            let length = try enter(entry, of: tree)
            if entry.kind == .folder {
                path.append(UInt8(ascii: "/"))
                try leaveOut(tree: entry.id)
            } else {
                try leaveOut(entry)
            }
            path.removeSubrange(length...)
        }
    }

    /// Puts an entry's name behind the path.
    ///
    /// - Returns: the path's length without it.
    private mutating func enter(_ entry: TreeEntry, of tree: ObjectID) throws(GitError) -> Int {
        try entry.checkName(in: tree)
        if rules.isCancelled() { throw .cancelled(operation: FolderDescriptor.operation, subject: "commit \(report.commit)") }
        seenCount += 1
        guard seenCount <= rules.fileLimit else {
            throw TreeEntry.corrupt("commit \(report.commit)", "it has more than \(rules.fileLimit) files and folders")
        }
        let length = path.count
        path += entry.name
        guard path.count < Int(PATH_MAX) else {
            throw TreeEntry.corrupt("tree \(tree)", "a path in it is longer than \(PATH_MAX) bytes")
        }
        return length
    }

    private mutating func write(
        _ entry: TreeEntry, named name: [CChar], into folder: borrowing FolderDescriptor
    ) throws(GitError) {
        let isWanted = rules.sparse.map { $0.wants(path, isFolder: entry.kind == .folder) } ?? true
        switch entry.kind {
        case .folder:
            path.append(UInt8(ascii: "/"))
            guard isWanted else { return try leaveOut(tree: entry.id) }
            let child = try folder.folder(name, creating: rules.replaces ? .replacing : .always)
            try write(tree: entry.id, into: child)
        case .submodule:
            guard isWanted else { return try leaveOut(entry) }
            // An empty folder; one that is there may be a submodule's own checkout.
            _ = try folder.folder(name, creating: rules.replaces ? .replacing : .always)
            index.add(path: path[...], mode: entry.mode, id: entry.id, status: nil)
            report.submodules.append(.init(path: String(decoding: path, as: UTF8.self), commit: entry.id))
        case .file, .executable, .link:
            guard isWanted else { return try leaveOut(entry) }
            if rules.replaces { try folder.remove(name) }
            try writeFile(entry, named: name, into: folder)
        }
    }

    private mutating func leaveOut(_ entry: TreeEntry) throws(GitError) {
        if entry.kind != .submodule {
            let object = try mirror.readObject(entry.id)
            try pack.add(entry.id, ObjectContent(object))
        }
        index.add(path: path[...], mode: entry.mode, id: entry.id, status: nil, isLeftOut: true)
    }

    private mutating func writeFile(
        _ entry: TreeEntry, named name: [CChar], into folder: borrowing FolderDescriptor
    ) throws(GitError) {
        let object = try mirror.readObject(entry.id)
        let content = ObjectContent(object)
        try pack.add(entry.id, content)
        let status: stat
        if entry.kind == .link {
            status = try folder.makeLink(name, target: content.bytes)
        } else {
            let file = try folder.createFile(name, mode: entry.kind == .executable ? 0o777 : 0o666)
            if converts, let converted = try filters.content(of: entry.id, at: path.map(CChar.init(bitPattern:)) + [0]) {
                try converted.withBytes { bytes throws(GitError) in try file.write(bytes) }
            } else {
                try file.write(content.bytes)
            }
            status = try file.status()
            if let pointer = CheckoutReport.LFSPointer(path: path[...], content: content.bytes) {
                report.lfsPointers.append(pointer)
            }
        }
        index.add(path: path[...], mode: entry.mode, id: entry.id, status: status)
        if rules.replaces { paths.insert(path) }
        report.fileCount += 1
        report.byteCount += content.bytes.count
    }

    /// Writes the index of everything so far.
    func writeIndex(into folder: borrowing FolderDescriptor) throws(GitError) {
        let bytes = index.finished()
        try bytes.withBytes { bytes throws(GitError) in try folder.write(bytes, to: "index") }
    }

    private mutating func entries(of tree: ObjectID) throws(GitError) -> [TreeEntry] {
        if tree == .emptyTree { return [] }
        let object = try mirror.readObject(tree)
        let content = ObjectContent(object)
        guard content.type == GIT_OBJECT_TREE else { throw TreeEntry.corrupt("tree \(tree)", "it is not a tree") }
        try pack.add(tree, content)
        return try TreeEntry.parse(content.bytes, id: tree)
    }

    /// Looks into a folder's `.gitattributes` before its files are written: some of them come first in the tree's order.
    private mutating func readAttributes(among entries: [TreeEntry]) throws(GitError) {
        guard let attributes = entries.first(where: { $0.name == Self.attributesName }), attributes.kind == .file else { return }
        let object = try mirror.readObject(attributes.id)
        let content = ObjectContent(object)
        if WorkingTreeFilters.areWanted(by: content.bytes) { converts = true }
        if WorkingTreeFilters.areBeyond(content.bytes) { report.leavesOutEncodings = true }
    }

    private static let attributesName = Array(".gitattributes".utf8)
}
