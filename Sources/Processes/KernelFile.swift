internal import Glibc

/// The small text files of /proc and cgroups, and folders' entries.
public enum KernelFile {
    /// The whole text, or nil if the file can't be read: the process it is about has ended, or the file isn't there.
    static func text(_ path: String) -> String? {
        guard let file = try? OwnedDescriptor.open(path, O_RDONLY) else { return nil }
        var bytes: [UInt8] = []
        while true {
            guard let chunk = try? file.read(atMost: 4096) else { return nil }
            if chunk.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk
        }
    }

    /// Writes a value as a whole; 0 or the errno.
    static func write(_ text: String, to path: String) -> Int32 {
        do throws(ProcessError) {
            let file = try OwnedDescriptor.open(path, O_WRONLY)
            try file.write(Array(text.utf8))
            return 0
        } catch {
            return error.code
        }
    }

    /// The names in a folder, without `.` and `..`; empty if it can't be read.
    public static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Where a symbolic link points, as it is written; nil for anything else.
    static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// The path without links, or nil if it leads nowhere.
    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
