internal import Glibc

extension Folder {
    /// Removes a folder with all that is in it, also what its owner may not write to, as Go's module cache is. Links are
    /// removed, never followed. Nothing may write there meanwhile: the job's processes have ended.
    public static func remove(_ path: String) throws(ExecutionError) {
        try remove(Array(path.utf8CString), in: AT_FDCWD, shown: path)
    }

    /// Removes what a path names below a folder, and walks to it through no symbolic link: a container may write there meanwhile.
    ///
    /// - Parameter path: from `root` on, without `..`.
    /// - Throws: `ExecutionError` also where a part of the path is a link; one that is missing is no error.
    public static func remove(_ path: String, below root: String) throws(ExecutionError) {
        var parts = path.split(separator: "/").map { Array(String($0).utf8CString) }
        guard let last = parts.popLast() else { return }
        var current = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        for part in parts where current >= 0 {
            let next = openat(current, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let code = errno
            close(current)
            errno = code
            current = next
        }
        guard current >= 0 else {
            if errno == ENOENT { return }
            throw failure("open the folder of", "\(root)/\(path)")
        }
        defer { close(current) }
        try remove(last, in: current, shown: "\(root)/\(path)")
    }

    /// - Parameter name: a C string, since a file's name may be any bytes.
    private static func remove(_ name: [CChar], in parent: Int32, shown path: String) throws(ExecutionError) {
        if unlinkat(parent, name, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM || errno == EACCES else { throw failure("remove", path) }
        var descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor < 0, errno == EACCES {
            openToOwner(name, in: parent)
            descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw failure("remove", path) }
        fchmod(descriptor, 0o700)
        for child in try names(in: descriptor, shown: path) {
            try remove(child, in: descriptor, shown: "\(path)/\(shown(child))")
        }
        close(descriptor)
        guard unlinkat(parent, name, AT_REMOVEDIR) == 0 else { throw failure("remove", path) }
    }

    private static func shown(_ name: [CChar]) -> String {
        String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Lets its owner into a folder. The mode is set on what was opened (proc(5)): fchmodat(2) would follow a link that took
    /// the folder's place.
    private static func openToOwner(_ name: [CChar], in parent: Int32) {
        let handle = openat(parent, name, __O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard handle >= 0 else { return }
        chmod("/proc/self/fd/\(handle)", 0o700)
        close(handle)
    }

    private static func names(in descriptor: Int32, shown path: String) throws(ExecutionError) -> [[CChar]] {
        guard let stream = fdopendir(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)) else { throw failure("read", path) }
        defer { closedir(stream) }
        var names: [[CChar]] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { start in
                    Array(UnsafeBufferPointer(start: start, count: strlen(start) + 1))
                }
            }
            if strcmp(name, ".") != 0 && strcmp(name, "..") != 0 { names.append(name) }
        }
        return names
    }
}
