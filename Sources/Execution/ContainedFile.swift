internal import Glibc

/// A regular file below a folder that a job may write in, opened for reading.
///
/// Symbolic links are followed as long as they stay below the folder, `..` likewise; what leads out of it, or is no regular file,
/// is not opened. The path is walked name by name with each folder held open, so that a process that changes links meanwhile
/// gains nothing.
public final class ContainedFile {
    public let descriptor: Int32
    /// Where it is below the folder, links resolved.
    public let path: String

    private static let mostLinks = 40

    /// - Parameters:
    ///   - path: from the folder on, or a full path, as commands see it, that begins with the folder's.
    ///   - place: the folder; a link's full path counts as one of the job's.
    /// - Returns: nil where there is no such file, or it is outside.
    /// - Throws: `ExecutionError` where it is there and can't be opened.
    public init?(_ path: String, in place: WorkplaceFolders.Place) throws(ExecutionError) {
        var walk = try Walk(place)
        guard let name = try walk.go(along: path) else { return nil }
        let file = openat(walk.current, name, Folder.readingFlags)
        guard file >= 0 else {
            if errno == ENOENT || errno == ELOOP { return nil }
            throw Folder.failure("read", path)
        }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            return nil
        }
        descriptor = file
        self.path = walk.names.joined(separator: "/")
    }

    deinit { close(descriptor) }

    /// The file's text; bytes that are no UTF-8 are replaced.
    public func text(limit: Int) throws(ExecutionError) -> String {
        try Folder.text(of: descriptor, path: path, limit: limit)
    }

    /// The folders from the place down to the file, each held open.
    private struct Walk: ~Copyable {
        private let place: WorkplaceFolders.Place
        private var folders: [Int32]
        private(set) var names: [String] = []
        private var linksLeft = ContainedFile.mostLinks

        init(_ place: WorkplaceFolders.Place) throws(ExecutionError) {
            self.place = place
            let root = open(place.outside, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard root >= 0 else { throw Folder.failure("open the folder", place.outside) }
            folders = [root]
        }

        deinit { for folder in folders { close(folder) } }

        var current: Int32 { folders[folders.count - 1] }

        /// Goes to the folder of what the path names.
        ///
        /// - Returns: the name in `current`; nil where the path does not lead to something below the place.
        mutating func go(along path: String) throws(ExecutionError) -> String? {
            guard var rest = parts(of: path) else { return nil }
            while !rest.isEmpty {
                let name = rest.removeFirst()
                if name == ".." {
                    guard folders.count > 1 else { return nil }
                    close(folders.removeLast())
                    names.removeLast()
                    continue
                }
                var status = stat()
                guard fstatat(current, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
                switch status.st_mode & S_IFMT {
                case S_IFLNK:
                    linksLeft -= 1
                    guard linksLeft >= 0, let target = target(of: name), let parts = enter(target) else { return nil }
                    rest = parts + rest
                case S_IFDIR:
                    let folder = openat(current, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                    guard folder >= 0 else { return nil }
                    folders.append(folder)
                    names.append(name)
                default:
                    guard rest.isEmpty else { return nil }
                    names.append(name)
                    return name
                }
            }
            return nil
        }

        /// The names of a path below the place; nil for a full path that lies elsewhere.
        private func parts(of path: String) -> [String]? {
            var path = path[...]
            if path.hasPrefix("/") {
                guard let prefix = [place.inside, place.outside].first(where: { path == $0 || path.hasPrefix($0 + "/") }) else {
                    return nil
                }
                path = path.dropFirst(prefix.count)
            }
            return path.split(separator: "/").filter { $0 != "." }.map(String.init)
        }

        /// The names that a link's target adds; a full path starts at the place again.
        private mutating func enter(_ target: String) -> [String]? {
            guard let parts = parts(of: target) else { return nil }
            if target.hasPrefix("/") {
                while folders.count > 1 { close(folders.removeLast()) }
                names = []
            }
            return parts
        }

        private func target(of name: String) -> String? {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlinkat(current, name, &buffer, buffer.count)
            return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
        }
    }
}
