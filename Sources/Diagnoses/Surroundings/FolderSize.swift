internal import Glibc

/// How much room a folder takes, counted for a bounded time. Links are not followed.
struct FolderSize {
    private(set) var bytes: Int64 = 0
    /// Whether there is more than was counted.
    private(set) var isCut = false
    private var entriesLeft: Int
    private let end: ContinuousClock.Instant

    init(of path: String, entries: Int = 200_000, within limit: Duration = .seconds(2)) {
        entriesLeft = entries
        end = .now + limit
        let root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        if root >= 0 { count(root, depth: 0) }
    }

    /// Takes the descriptor over.
    private mutating func count(_ folder: Int32, depth: Int) {
        guard let stream = fdopendir(folder) else {
            close(folder)
            return
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            guard entriesLeft > 0, depth < 40, entriesLeft % 256 != 0 || ContinuousClock.now < end else {
                isCut = true
                return
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            entriesLeft -= 1
            var status = stat()
            guard fstatat(dirfd(stream), name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            bytes += Int64(status.st_blocks) * 512
            guard status.st_mode & S_IFMT == S_IFDIR else { continue }
            let inner = openat(dirfd(stream), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            if inner >= 0 { count(inner, depth: depth + 1) }
            if isCut { return }
        }
    }
}
