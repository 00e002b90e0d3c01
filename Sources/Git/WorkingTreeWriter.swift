internal import CLibGit2
internal import Glibc

/// Writes a commit's files, and notes each in the index and the pack while its bytes are at hand: every object is read
/// once.
///
/// The files go into an empty folder by system calls relative to it, see `FolderDescriptor`. What a filter of libgit2 would
/// change (`eol=crlf`, `ident`) is written unchanged; `needsFilters` then says so.
struct WorkingTreeWriter: ~Copyable {
    private let mirror: Mirror
    private let fileLimit: Int
    var pack: PackWriter
    private var index = IndexFile()
    private(set) var report: CheckoutReport
    /// Whether a `.gitattributes` file asks for something that only libgit2's filters do.
    private(set) var needsFilters = false

    /// The path of what is being written, with a slash after each folder.
    private var path: [UInt8] = []
    private var seenCount = 0

    init(mirror: Mirror, pack: consuming PackWriter, commit: ObjectID, fileLimit: Int) {
        self.mirror = mirror
        self.pack = pack
        self.report = CheckoutReport(commit: commit)
        self.fileLimit = fileLimit
    }

    /// Writes a tree and everything below it.
    mutating func write(tree: ObjectID, into folder: borrowing FolderDescriptor) throws(GitError) {
        for entry in try entries(of: tree) {
            try entry.checkName(in: tree)
            seenCount += 1
            guard seenCount <= fileLimit else {
                throw TreeEntry.corrupt("commit \(report.commit)", "it has more than \(fileLimit) files and folders")
            }
            let length = path.count
            path += entry.name
            guard path.count < Int(PATH_MAX) else {
                throw TreeEntry.corrupt("tree \(tree)", "a path in it is longer than \(PATH_MAX) bytes")
            }
            let name = entry.name.map(CChar.init(bitPattern:)) + [0]
            try write(entry, named: name, into: folder)
            path.removeSubrange(length...)
        }
    }

    private mutating func write(
        _ entry: TreeEntry, named name: [CChar], into folder: borrowing FolderDescriptor
    ) throws(GitError) {
        switch entry.kind {
        case .folder:
            path.append(UInt8(ascii: "/"))
            let child = try folder.folder(name, creating: .always)
            try write(tree: entry.id, into: child)
        case .submodule:
            try folder.makeFolder(name)
            index.add(path: path[...], mode: entry.mode, id: entry.id, status: nil)
            report.submodules.append(.init(path: String(decoding: path, as: UTF8.self), commit: entry.id))
        case .file, .executable, .link:
            try writeFile(entry, named: name, into: folder)
        }
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
            try file.write(content.bytes)
            status = try file.status()
            if let pointer = CheckoutReport.LFSPointer(path: path[...], content: content.bytes) {
                report.lfsPointers.append(pointer)
            }
            if entry.name == Array(".gitattributes".utf8), Self.asksForFilters(content.bytes) { needsFilters = true }
        }
        index.add(path: path[...], mode: entry.mode, id: entry.id, status: status)
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

    private static func asksForFilters(_ attributes: UnsafeRawBufferPointer) -> Bool {
        let text = String(decoding: attributes, as: UTF8.self)
        return text.contains("crlf") || text.contains("ident")
    }
}
