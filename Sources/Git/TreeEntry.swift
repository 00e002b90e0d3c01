/// One line of a tree object.
struct TreeEntry {
    enum Kind { case file, executable, link, folder, submodule }

    let kind: Kind
    let name: [UInt8]
    let id: ObjectID

    /// What the index calls the kind.
    var mode: UInt32 {
        switch kind {
        case .file: 0o100644
        case .executable: 0o100755
        case .link: 0o120000
        case .folder: 0o040000
        case .submodule: 0o160000
        }
    }

    /// Reads a tree object: mode in octal, a space, the name, a zero byte, and the 20 bytes of the id.
    static func parse(_ tree: UnsafeRawBufferPointer, id: ObjectID) throws(GitError) -> [TreeEntry] {
        var result: [TreeEntry] = []
        var position = 0
        while position < tree.count {
            var mode: UInt32 = 0
            while position < tree.count, tree[position] != UInt8(ascii: " ") {
                mode = mode << 3 | UInt32(tree[position] & 7)
                position += 1
            }
            let nameStart = position + 1
            var nameEnd = nameStart
            while nameEnd < tree.count, tree[nameEnd] != 0 { nameEnd += 1 }
            guard nameEnd + 1 + ObjectID.byteCount <= tree.count else {
                throw corrupt("tree \(id)", "it ends in the middle of an entry")
            }
            let name = [UInt8](tree[nameStart..<nameEnd])
            let target = ObjectID(bytes: UnsafeRawBufferPointer(rebasing: tree[(nameEnd + 1)...]))
            position = nameEnd + 1 + ObjectID.byteCount
            result.append(TreeEntry(kind: kind(mode), name: name, id: target))
        }
        return result
    }

    private static func kind(_ mode: UInt32) -> Kind {
        switch mode & 0o170000 {
        case 0o040000: .folder
        case 0o120000: .link
        case 0o160000: .submodule
        default: mode & 0o100 != 0 ? .executable : .file
        }
    }

    /// Refuses names by which a tree would write outside of its folder or into `.git`, as git itself refuses them.
    func checkName(in tree: ObjectID) throws(GitError) {
        let isHarmless =
            !name.isEmpty && name != Array(".".utf8) && name != Array("..".utf8)
            && !name.contains(UInt8(ascii: "/"))
        let text = String(decoding: name, as: UTF8.self).lowercased()
        let isMetadata = text == ".git" || text == "git~1" || (kind == .link && text == ".gitmodules")
        guard isHarmless, !isMetadata else {
            throw Self.corrupt("tree \(tree)", "it has an entry named '\(text)', which is not checked out")
        }
    }

    static func corrupt(_ subject: String, _ reason: String) -> GitError {
        GitError(
            .corrupt, operation: FolderDescriptor.operation, subject: subject, reason: reason,
            remedy: "Look at the commit that brought it; git refuses it as well.")
    }
}
