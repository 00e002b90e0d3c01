internal import Glibc
internal import HTTPTransport

/// A folder as a tar archive, made while it is sent.
///
/// Links are sent as links and never followed: what a job changes in the folder meanwhile can't lead out of it.
final class FolderArchive: TransportUpload {
    /// A folder that is being read, held open.
    private struct Level {
        var descriptor: Int32
        /// With a slash at its end; empty for the root.
        var prefix: [UInt8]
        /// The next one last.
        var names: [[UInt8]]
        var verdicts: ContextFilter.Level
        /// Of a folder that is only sent if something in it is.
        var header: [UInt8] = []
    }

    /// A file, whatever its names.
    private struct Identity: Hashable {
        let device: dev_t
        let number: ino_t
    }

    private let filter: ContextFilter
    private var levels: [Level]
    /// Files that are not the folder's, in place of those of the same names.
    private var additions: [(name: String, content: [UInt8])]
    private let replaced: Set<[UInt8]>
    /// Under what files with several names were sent: as Docker's client does it, an image has them once.
    private var firstNames: [Identity: [UInt8]] = [:]
    /// Header blocks that are still to be sent.
    private var pending: ArraySlice<UInt8> = []
    private var file: Int32 = -1
    private var fileRest: Int64 = 0
    private var zeros = 0
    private var isTrailerSent = false
    /// The entry whose blocks were made last.
    private var latest: [UInt8]?
    /// Why the archive could not be made.
    private(set) var failure: String?
    private(set) var sentBytes: Int64 = 0

    init(_ folder: ContextFolder, filter: ContextFilter, additions: [(name: String, content: [UInt8])] = []) {
        self.filter = filter
        self.additions = additions.reversed()
        replaced = Set(additions.map { Array($0.name.utf8) })
        let descriptor = fcntl(folder.descriptor, F_DUPFD_CLOEXEC, 0)
        levels = [
            Level(descriptor: descriptor, prefix: [], names: Self.names(in: descriptor), verdicts: filter.root)
        ]
    }

    deinit {
        for level in levels { close(level.descriptor) }
        if file >= 0 { close(file) }
    }

    /// Goes through the entries without their content.
    ///
    /// - Returns: nil at the end, or where a folder can't be read; a nil name for a step without an entry.
    func nextEntry() -> [UInt8]?? {
        guard !isTrailerSent, failure == nil else { return nil }
        latest = nil
        guard advance() else { return nil }
        pending = []
        zeros = 0
        fileRest = 0
        if file >= 0 { close(file) }
        file = -1
        return .some(latest)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
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
        sentBytes += Int64(filled)
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
        if let addition = additions.popLast() {
            addFile(Array(addition.name.utf8), content: addition.content)
            return true
        }
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
        let path = level.prefix + name
        guard !replaced.contains(path) else { return true }
        let cName = name.map { CChar(bitPattern: $0) } + [0]
        var status = stat()
        // What is gone again is not sent.
        guard fstatat(level.descriptor, cName, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return errno == ENOENT || fail(path) }
        let kind = status.st_mode & S_IFMT
        let verdict = filter.verdict(
            on: PathText.scalars(String(decoding: path, as: UTF8.self)), isFolder: kind == S_IFDIR, in: level.verdicts)
        switch (verdict, kind) {
        case (.leftOut, _): return true
        case (.sent(let verdicts), S_IFDIR): return addFolder(path, cName, in: level.descriptor, status, verdicts, isSent: true)
        case (.passedThrough(let verdicts), _):
            return addFolder(path, cName, in: level.descriptor, status, verdicts, isSent: false)
        case (.sent, S_IFREG): return addFile(path, cName, in: level.descriptor)
        case (.sent, S_IFLNK): return addLink(path, cName, in: level.descriptor, status)
        default: return true
        }
    }

    /// Has the blocks sent, after those of the folders around the entry that are still to be named.
    private func send(_ header: TarHeader) {
        latest = header.name
        var blocks: [UInt8] = []
        for index in levels.indices {
            blocks += levels[index].header
            levels[index].header = []
        }
        pending = (blocks + header.blocks)[...]
    }

    private func addFolder(
        _ path: [UInt8], _ name: [CChar], in parent: Int32, _ status: stat, _ verdicts: ContextFilter.Level, isSent: Bool
    ) -> Bool {
        let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT || fail(path) }
        let prefix = path + [UInt8(ascii: "/")]
        let header = TarHeader(
            kind: .folder, name: prefix, mode: status.st_mode, modified: Int64(status.st_mtim.tv_sec))
        if isSent { send(header) }
        levels.append(
            Level(
                descriptor: descriptor, prefix: prefix, names: Self.names(in: descriptor), verdicts: verdicts,
                header: isSent ? [] : header.blocks))
        return true
    }

    private func addFile(_ path: [UInt8], content: [UInt8]) {
        send(TarHeader(kind: .file, name: path, mode: 0o600, size: Int64(content.count), modified: 0))
        pending += content
        zeros = TarHeader.padding(after: Int64(content.count))
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
        if let first = firstName(of: path, status) {
            close(descriptor)
            send(
                TarHeader(
                    kind: .furtherName, name: path, target: first, mode: status.st_mode,
                    modified: Int64(status.st_mtim.tv_sec)))
            return true
        }
        let header = TarHeader(
            kind: .file, name: path, mode: status.st_mode, size: Int64(status.st_size), modified: Int64(status.st_mtim.tv_sec))
        send(header)
        zeros = TarHeader.padding(after: header.size)
        fileRest = header.size
        if fileRest > 0 { file = descriptor } else { close(descriptor) }
        return true
    }

    /// The name under which the same file was sent already; else nil, and this one is kept for its further names.
    private func firstName(of path: [UInt8], _ status: stat) -> [UInt8]? {
        guard status.st_nlink > 1 else { return nil }
        let identity = Identity(device: status.st_dev, number: status.st_ino)
        if let name = firstNames[identity] { return name }
        firstNames[identity] = path
        return nil
    }

    private func addLink(_ path: [UInt8], _ name: [CChar], in parent: Int32, _ status: stat) -> Bool {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlinkat(parent, name, &target, target.count)
        guard count >= 0 else { return errno == ENOENT || fail(path) }
        let header = TarHeader(
            kind: .link, name: path, target: target[..<count].map { UInt8(bitPattern: $0) }, mode: 0o777,
            modified: Int64(status.st_mtim.tv_sec))
        send(header)
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
}
