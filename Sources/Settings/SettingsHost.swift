internal import Glibc

/// What the settings need to know of the machine and the process they are read for.
struct SettingsHost {
    /// The folder of the file, absolute; relative paths start from it.
    var folder: String
    var environment: [String: String]
    /// How many processors there are.
    var processors: Int
    /// Whether files and variables that the settings name have to be there.
    var checks: Bool
    /// Whether others than owner and group may read the settings file.
    var isFileOpen: Bool
    /// The file's text.
    var source: String

    static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    func hasTimeZone(_ name: String) -> Bool {
        access("/usr/share/zoneinfo/\(name)", R_OK) == 0 || access("/usr/share/zoneinfo", R_OK) != 0
    }

    /// The permissions of a file, or nil where there is none.
    static func permissions(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    /// A path below a folder, without `.` and `..` in it.
    static func join(_ folder: String, _ path: String) -> String {
        var parts: [Substring] = []
        for part in (path.hasPrefix("/") ? path : "\(folder)/\(path)").split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let buffer = getcwd(nil, 0) else { return join("/", path) }
        defer { free(buffer) }
        return join(String(cString: buffer), path)
    }

    /// The content of a regular file or pipe of at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(SettingsError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SettingsError("\(path) cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SettingsError("\(path) cannot be read: \(String(cString: strerror(errno)))") }
            if count == 0 { return content }
            content += chunk[..<count]
            guard content.count <= limit else { throw SettingsError("\(path) has more than \(limit) bytes") }
        }
    }
}
