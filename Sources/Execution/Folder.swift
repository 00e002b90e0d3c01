internal import Glibc

/// The few file operations that a worker needs, with errors that name the path. None of them follows a symbolic link in
/// the last component: the job's processes can write in these folders.
public enum Folder {
    public static func make(_ path: String, mode: UInt32 = 0o755) throws(ExecutionError) {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try make(String(path[..<slash]), mode: mode)
            if mkdir(path, mode) == 0 || errno == EEXIST { return }
        }
        throw failure("make the folder", path)
    }

    public static func write(_ text: String, to path: String, mode: UInt32 = 0o644) throws(ExecutionError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure("write", path) }
        defer { close(descriptor) }
        guard write(text, to: descriptor) else { throw failure("write", path) }
    }

    /// Puts a text in the place of a file as a whole: whoever reads it has the old one or the new one, also after a power cut.
    public static func replace(_ path: String, with text: String, mode: UInt32 = 0o644) throws(ExecutionError) {
        let unfinished = "\(path).new"
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure("write", unfinished) }
        defer { close(descriptor) }
        guard write(text, to: descriptor), fsync(descriptor) == 0 else { throw failure("write", unfinished) }
        try rename(unfinished, to: path)
        // The name is the folder's, and is on the disk only once that is.
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = open(slash == path.startIndex ? "/" : String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("store", path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure("store", path) }
    }

    /// False where it fails; `errno` says why.
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    /// Writes all of it; false where that fails, `errno` says why.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    /// The text of a file; empty where there is none. Bytes that are no UTF-8 are replaced.
    public static func read(_ path: String, limit: Int) throws(ExecutionError) -> String {
        let descriptor = open(path, readingFlags)
        guard descriptor >= 0 else {
            if errno == ENOENT { return "" }
            throw failure("read", path)
        }
        defer { close(descriptor) }
        return try text(of: descriptor, path: path, limit: limit)
    }

    /// Without waiting: a pipe that a job put in the file's place must not hold this process up.
    static var readingFlags: Int32 { O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK }

    static func text(of descriptor: Int32, path: String, limit: Int) throws(ExecutionError) -> String {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ExecutionError("can't read \(path): it is no regular file any more")
        }
        guard Int(status.st_size) <= limit else {
            throw ExecutionError("\(path) holds \(status.st_size) bytes, at most \(limit) are allowed")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            filled += count
        }
        return String(decoding: bytes[..<filled], as: UTF8.self)
    }

    public static func copy(_ source: String, to target: String) throws(ExecutionError) {
        try write(try read(source, limit: .max), to: target)
    }

    public static func rename(_ path: String, to target: String) throws(ExecutionError) {
        guard Glibc.rename(path, target) == 0 else { throw failure("rename", path) }
    }

    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Changes who may use a file or folder: of what was opened, so that a link that a container puts in its place meanwhile gains
    /// nothing.
    public static func setMode(of path: String, to mode: UInt32) throws(ExecutionError) {
        let descriptor = open(path, readingFlags)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode) == 0 else { throw failure("change the mode of", path) }
    }

    static func failure(_ verb: String, _ path: String) -> ExecutionError {
        ExecutionError("can't \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
