/// What a sparse checkout lays out of one commit, file by file and folder by folder.
struct SparseSelection {
    private let matcher: SparseMatcher
    /// The folders that hold something that is wanted.
    private var folders: Set<[UInt8]> = []
    /// The files that are wanted.
    private var files: Set<[UInt8]> = []

    /// Walks the tree once: whether a folder is made depends on what is far below it.
    init(_ checkout: SparseCheckout, tree: ObjectID, in mirror: Mirror) throws(GitError) {
        matcher = SparseMatcher(checkout)
        var path: [UInt8] = []
        _ = try select(tree: tree, at: &path, isIncluded: false, in: mirror)
    }

    /// - Parameter path: from the root, without a slash at its end.
    func wants(_ path: [UInt8], isFolder: Bool) -> Bool { isFolder ? folders.contains(path) : files.contains(path) }

    private mutating func select(
        tree: ObjectID, at path: inout [UInt8], isIncluded: Bool, in mirror: Mirror
    ) throws(GitError) -> Bool {
        guard tree != .emptyTree else { return false }
        let object = try mirror.readObject(tree)
        let entries = try TreeEntry.parse(ObjectContent(object).bytes, id: tree)
        var holdsAny = false
        for entry in entries {
            let length = path.count
            if length > 0 { path.append(UInt8(ascii: "/")) }
            path += entry.name
            let name = String(decoding: path, as: UTF8.self)
            if entry.kind == .folder {
                let inside = matcher.includes(folder: name, in: isIncluded)
                if try select(tree: entry.id, at: &path, isIncluded: inside, in: mirror) {
                    folders.insert(path)
                    holdsAny = true
                }
            } else if matcher.includes(file: name, in: isIncluded) {
                files.insert(path)
                holdsAny = true
            }
            path.removeSubrange(length...)
        }
        return holdsAny
    }
}
