internal import Glibc

/// The folder that an image is built from, held open. Files are read by what they lead to in the end, which has to be in a
/// folder that is the job's: whoever changes links meanwhile gains nothing.
final class ContextFolder {
    let path: String
    let descriptor: Int32
    private let root: String
    private static let longestFile = 4 << 20

    /// - Parameter root: the folder itself has to lie in this one, after all links.
    /// - Throws: `DockerError` where the folder can't be read, or lies elsewhere.
    init(_ path: String, within root: String) throws(DockerError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DockerError(.failed, "read the folder \(path)", String(cString: strerror(errno)))
        }
        self.descriptor = descriptor
        self.root = Self.realPath(root) ?? root
        guard let place = Self.place(of: descriptor), Self.isInside(place, self.root) else {
            throw DockerError(.refused, "read the folder \(path)", "it leads out of \(root)")
        }
    }

    deinit { close(descriptor) }

    /// The content of a file by its path from the folder on; nil where there is none.
    ///
    /// - Throws: `DockerError` where it can't be read, leads out of the root, or is no file.
    func content(of name: String) throws(DockerError) -> [UInt8]? {
        let action = "read \(name) in \(path)"
        // Without waiting, in case it is a pipe.
        let file = openat(descriptor, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw DockerError(.failed, action, String(cString: strerror(errno)))
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw DockerError(.refused, action, "it is no file")
        }
        guard let place = Self.place(of: file), Self.isInside(place, root) else {
            throw DockerError(.refused, action, "it leads out of the job's folders")
        }
        guard status.st_size <= Self.longestFile else {
            throw DockerError(.refused, action, "it holds more than \(Self.longestFile) bytes")
        }
        return try Self.bytes(of: file, action)
    }

    private static func bytes(of file: Int32, _ action: String) throws(DockerError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= longestFile {
            let count = read(file, &piece, piece.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw DockerError(.failed, action, String(cString: strerror(errno)))
            }
            bytes += piece[..<count]
        }
        return bytes
    }

    private static func place(of descriptor: Int32) -> String? { realPath("/proc/self/fd/\(descriptor)") }

    private static func isInside(_ place: String, _ root: String) -> Bool {
        place == root || root == "/" || place.hasPrefix(root + "/")
    }

    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
