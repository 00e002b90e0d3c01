internal import Glibc
public import HTTPTransport

/// A folder as a tar archive, made while it is sent.
///
/// Links are sent as links and never followed: what a job changes in the folder meanwhile can't lead out of it.
public final class FolderArchive: TransportUpload {
    /// A folder that is being read, held open.
    private struct Level {
        var descriptor: Int32
        /// With a slash at its end; empty for the root.
        var prefix: [UInt8]
        /// The next one last.
        var names: [[UInt8]]
    }

    private var levels: [Level]
    /// Header blocks that are still to be sent.
    private var pending: ArraySlice<UInt8> = []
    private var file: Int32 = -1
    private var fileRest: Int64 = 0
    private var zeros = 0
    private var isTrailerSent = false
    /// Why the archive could not be made.
    public private(set) var failure: String?

    /// - Parameter root: the folder itself has to lie in this one, after all links.
    /// - Throws: `DockerError` where the folder can't be read, or lies elsewhere.
    public init(_ path: String, within root: String) throws(DockerError) {
        levels = []
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DockerError(.failed, "read the folder \(path)", String(cString: strerror(errno)))
        }
        levels = [Level(descriptor: descriptor, prefix: [], names: Self.names(in: descriptor))]
        guard let place = Self.realPath("/proc/self/fd/\(descriptor)"), let root = Self.realPath(root),
            place == root || place.hasPrefix(root + "/")
        else { throw DockerError(.refused, "read the folder \(path)", "it leads out of \(root)") }
    }

    deinit {
        for level in levels { close(level.descriptor) }
        if file >= 0 { close(file) }
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            if !pending.isEmpty {
                let count = min(pending.count, rest.count)
                rest.copyBytes(from: pending.prefix(count))
                pending = pending.dropFirst(count)
                filled += count
            } else if fileRest > 0 {
                filled += readFile(into: rest)
            } else if zeros > 0 {
                let count = min(zeros, rest.count)
                rest.prefix(count).initializeMemory(as: UInt8.self, repeating: 0)
                zeros -= count
                filled += count
            } else if isTrailerSent {
                break
            } else if !advance() {
                return nil
            }
        }
        return filled
    }

    /// A file that became shorter meanwhile is filled with zeros: its header has been sent.
    private func readFile(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let wanted = min(buffer.count, Int(clamping: fileRest))
        let count = file >= 0 ? Glibc.read(file, buffer.baseAddress, wanted) : 0
        if count <= 0 {
            if count < 0, errno == EINTR { return 0 }
            buffer.prefix(wanted).initializeMemory(as: UInt8.self, repeating: 0)
        }
        let got = count > 0 ? count : wanted
        fileRest -= Int64(got)
        if fileRest == 0, file >= 0 {
            close(file)
            file = -1
        }
        return got
    }

    // MARK: - Entries

    /// Takes up the next entry, or the trailer. False where the folder can't be read.
    private func advance() -> Bool {
        guard var level = levels.popLast() else {
            zeros = 2 * TarHeader.blockSize
            isTrailerSent = true
            return true
        }
        guard let name = level.names.popLast() else {
            close(level.descriptor)
            return true
        }
        levels.append(level)
        let cName = name.map { CChar(bitPattern: $0) } + [0]
        var status = stat()
        // What is gone again is not sent.
        guard fstatat(level.descriptor, cName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            return errno == ENOENT || fail(level.prefix + name)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return addFolder(level.prefix + name, cName, in: level.descriptor, status)
        case S_IFREG: return addFile(level.prefix + name, cName, in: level.descriptor)
        case S_IFLNK: return addLink(level.prefix + name, cName, in: level.descriptor, status)
        default: return true
        }
    }

    private func addFolder(_ path: [UInt8], _ name: [CChar], in parent: Int32, _ status: stat) -> Bool {
        let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT || fail(path) }
        let prefix = path + [UInt8(ascii: "/")]
        levels.append(Level(descriptor: descriptor, prefix: prefix, names: Self.names(in: descriptor)))
        pending = TarHeader(kind: .folder, name: prefix, mode: status.st_mode, modified: Int64(status.st_mtim.tv_sec)).blocks[...]
        return true
    }

    private func addFile(_ path: [UInt8], _ name: [CChar], in parent: Int32) -> Bool {
        // Without waiting, in case it has become a pipe.
        let descriptor = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT || fail(path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return true
        }
        let header = TarHeader(
            kind: .file, name: path, mode: status.st_mode, size: Int64(status.st_size), modified: Int64(status.st_mtim.tv_sec))
        pending = header.blocks[...]
        zeros = TarHeader.padding(after: header.size)
        fileRest = header.size
        if fileRest > 0 { file = descriptor } else { close(descriptor) }
        return true
    }

    private func addLink(_ path: [UInt8], _ name: [CChar], in parent: Int32, _ status: stat) -> Bool {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlinkat(parent, name, &target, target.count)
        guard count >= 0 else { return errno == ENOENT || fail(path) }
        let header = TarHeader(
            kind: .link, name: path, target: target[..<count].map { UInt8(bitPattern: $0) }, mode: 0o777,
            modified: Int64(status.st_mtim.tv_sec))
        pending = header.blocks[...]
        return true
    }

    private func fail(_ path: [UInt8]) -> Bool {
        failure = "\(String(decoding: path, as: UTF8.self)): \(String(cString: strerror(errno)))"
        return false
    }

    /// Sorted, the first one last, so that equal folders make equal archives.
    private static func names(in descriptor: Int32) -> [[UInt8]] {
        guard let stream = fdopendir(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)) else { return [] }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
                    Array(UnsafeBufferPointer(start: bytes, count: strnlen(bytes, 256)))
                }
            }
            if name != [46], name != [46, 46] { names.append(name) }
        }
        return names.sorted { $1.lexicographicallyPrecedes($0) }
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
