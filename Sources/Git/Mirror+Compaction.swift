internal import CLibGit2
internal import Glibc

extension Mirror {
    /// Puts the many small packs and loose objects that fetches leave into one pack, where there are so many that reads
    /// get slow; returns whether it did.
    ///
    /// Fetches go on meanwhile but for a moment at its end; of two compactions one waits for the other. Readers in other
    /// processes go on: what they have open stays open, and what they look for next they find in the new pack. Packs of 8 MiB
    /// and more stay as they are.
    @discardableResult
    public func compact(packLimit: Int = 50, looseLimit: Int = 2000) throws(GitError) -> Bool {
        let turn = try FileLock(path: "\(path)/compaction.lock", operation: Self.compacting)
        defer { withExtendedLifetime(turn) {} }
        let packs = try smallPacks()
        let loose = try looseObjects(atLeast: looseLimit)
        guard packs.count > packLimit || !loose.isEmpty else { return false }
        let all = loose.isEmpty ? try looseObjects(atLeast: 0) : loose
        try write(packs: packs, loose: all)
        try sync()
        // The new pack is in place: only now do the old files go, and not while a fetch thinks that it has them.
        let lock = try FileLock(path: "\(path)/slipway.lock", operation: Self.compacting)
        defer { withExtendedLifetime(lock) {} }
        for pack in packs {
            unlink("\(packFolder)/\(pack).idx")
            unlink("\(packFolder)/\(pack).pack")
        }
        for object in all {
            let text = object.description
            unlink("\(path)/objects/\(text.prefix(2))/\(text.dropFirst(2))")
        }
        try removeRemains()
        git_odb_refresh(objects.pointer)
        return true
    }

    private static let compacting = "compacting the mirror"
    private static let largestSmallPack = 8 << 20

    private var packFolder: String { "\(path)/objects/pack" }

    private func names(in folder: String) throws(GitError) -> [String] {
        try FolderDescriptor.open(folder).names().map {
            String(decoding: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    /// The names, without an ending, of packs that are worth moving. One with a `.keep` file is somebody's.
    private func smallPacks() throws(GitError) -> [String] {
        let names = Set(try names(in: packFolder))
        return names.compactMap { name in
            guard name.hasPrefix("pack-"), name.hasSuffix(".pack") else { return nil }
            let stem = String(name.dropLast(".pack".count))
            guard names.contains("\(stem).idx"), !names.contains("\(stem).keep") else { return nil }
            var status = stat()
            guard stat("\(packFolder)/\(name)", &status) == 0, status.st_size < Self.largestSmallPack else { return nil }
            return stem
        }.sorted()
    }

    /// Loose objects, or none if they are fewer. Their first two digits are spread evenly, so one folder tells the number.
    private func looseObjects(atLeast limit: Int) throws(GitError) -> [ObjectID] {
        if limit > 0 {
            guard access("\(path)/objects/17", F_OK) == 0 else { return [] }
            guard try names(in: "\(path)/objects/17").count * 256 >= limit else { return [] }
        }
        var result: [ObjectID] = []
        for folder in try names(in: "\(path)/objects") where folder.utf8.count == 2 {
            result += try names(in: "\(path)/objects/\(folder)").compactMap { ObjectID("\(folder)\($0)") }
        }
        return result
    }

    private func write(packs: [String], loose: [ObjectID]) throws(GitError) {
        let repository = self.repository
        let builder = try GitHandle.make(Self.compacting, on: path, freedBy: git_packbuilder_free) {
            git_packbuilder_new($0, repository)
        }
        for id in loose {
            var raw = id.raw
            try check(git_packbuilder_insert(builder.pointer, &raw, nil))
        }
        for pack in packs { try insert(pack: pack, into: builder.pointer) }
        try check(git_packbuilder_write(builder.pointer, packFolder, 0, nil, nil))
    }

    /// What the old files hold must be on the disk anew before they go.
    private func sync() throws(GitError) {
        let folder = Glibc.open(packFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .system(errno, operation: Self.compacting, subject: packFolder) }
        defer { close(folder) }
        guard slipway_sync_file_system(folder) == 0 else { throw .system(errno, operation: Self.compacting, subject: packFolder) }
    }

    private func insert(pack: String, into builder: OpaquePointer) throws(GitError) {
        var backend: OpaquePointer?
        try check(git_odb_backend_one_pack(&backend, "\(packFolder)/\(pack).idx"))
        let database = try GitHandle.make(Self.compacting, on: path, freedBy: git_odb_free) { git_odb_new($0) }
        try check(git_odb_add_backend(database.pointer, backend, 1))
        try check(
            git_odb_foreach(
                database.pointer,
                { id, payload in git_packbuilder_insert(payload.map { OpaquePointer($0) }, id, nil) },
                UnsafeMutableRawPointer(builder)))
    }

    /// Fetches that were killed leave half a pack; none runs now.
    private func removeRemains() throws(GitError) {
        for name in try names(in: packFolder) where name.hasPrefix("pack_git2_") { unlink("\(packFolder)/\(name)") }
    }

    private func check(_ code: Int32) throws(GitError) {
        guard code < 0 else { return }
        throw GitError(code: code, operation: Self.compacting, subject: path)
    }
}
