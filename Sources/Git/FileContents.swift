internal import Glibc

/// Whole files, read and written by plain system calls: a checkout's cost is counted in them.
enum FileContents {
    static func read(_ path: String, operation: String) throws(GitError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, operation: operation, subject: path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno, operation: operation, subject: path) }
        var result: [UInt8] = []
        var room = max(Int(status.st_size) + 1, 4096)
        while true {
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                failure = got < 0 ? errno : 0
                count = max(0, got)
            }
            if failure == EINTR { continue }
            guard failure == 0 else { throw .system(failure, operation: operation, subject: path) }
            if chunk.isEmpty { return result }
            if result.isEmpty { result = chunk } else { result += chunk }
            room = 65536
        }
    }

    /// Makes or replaces a file in one step where `atomically` is true: no reader sees half of it.
    static func write(_ text: String, to path: String, atomically: Bool = false, operation: String) throws(GitError) {
        let target = atomically ? "\(path).\(getpid()).new" : path
        let descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .system(errno, operation: operation, subject: path) }
        var text = text
        let failure = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
        close(descriptor)
        guard failure == 0 else { throw .system(failure, operation: operation, subject: path) }
        if atomically, rename(target, path) != 0 { throw .system(errno, operation: operation, subject: path) }
    }

    /// Writes all bytes; the answer is 0 or an error number.
    static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                return errno
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        return 0
    }

    static func makeFolder(_ path: String, operation: String) throws(GitError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .system(errno, operation: operation, subject: path)
        }
        try makeFolder(String(path[..<slash]), operation: operation)
        if mkdir(path, 0o755) != 0, errno != EEXIST { throw .system(errno, operation: operation, subject: path) }
    }
}
