internal import Glibc

/// What a name in a folder stands for.
enum FileKind: Equatable {
    case file
    case folder
    case link
    /// A device, a pipe or a socket.
    case other

    init(_ status: stat) {
        self =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
    }
}

extension stat {
    /// The bits that are kept of a file's mode: who may read, write and execute it; no set-user-ID and the like.
    var permissions: mode_t { st_mode & 0o777 }

    /// Nanoseconds since 1970.
    var modified: (seconds: Int, nanoseconds: Int) { (st_mtim.tv_sec, st_mtim.tv_nsec) }
}
