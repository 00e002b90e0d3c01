internal import Glibc

/// The state folder and the disk that it is on.
extension HostExamination {
    private static let scarce: UInt64 = 2 << 30
    private static let needed: UInt64 = 256 << 20

    func stateFolder(_ path: String) -> [HostFinding] {
        var status = stat()
        guard stat(path, &status) == 0 else { return [missing(path)] }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return [HostFinding("state", .fail, "\(path) is no folder", remedy: "set \"state\" to a folder")]
        }
        return [writing(path, status), space(path)]
    }

    private func missing(_ path: String) -> HostFinding {
        var parent = path[...]
        while let slash = parent.lastIndex(of: "/"), access(String(parent), F_OK) != 0 { parent = parent[..<slash] }
        let folder = parent.isEmpty ? "/" : String(parent)
        if access(folder, W_OK) == 0 {
            return HostFinding("state", .ok, "\(path) does not exist yet; the daemon makes it")
        }
        return HostFinding(
            "state", .fail, "\(path) does not exist, and this user may not make it in \(folder)",
            remedy: "as root: install -d -m 0700 -o DAEMON_USER \(path)")
    }

    private func writing(_ path: String, _ status: stat) -> HostFinding {
        if access(path, W_OK | X_OK) == 0 { return HostFinding("state", .ok, "\(path) is writable") }
        let owner = getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "user \(status.st_uid)"
        return HostFinding(
            "state", .warn, "\(path) belongs to \(owner), and this user may not write there",
            remedy: "if the daemon runs as \(owner), all is well; to be sure: sudo -u \(owner) slipway doctor")
    }

    private func space(_ path: String) -> HostFinding {
        var system = statvfs()
        guard statvfs(path, &system) == 0 else {
            return HostFinding("disk", .warn, "the free space of \(path) is not known: \(String(cString: strerror(errno)))")
        }
        let free = UInt64(system.f_bavail) * UInt64(system.f_frsize)
        let text = "\(Self.gibibytes(free)) free on the disk of \(path)"
        let remedy = "free some, shorten \"retention\", or move \"state\" to a larger disk"
        if free < Self.needed { return HostFinding("disk", .fail, text, remedy: remedy) }
        if system.f_files > 0, system.f_favail < 10_000 {
            return HostFinding("disk", .warn, "only \(system.f_favail) files can be made on the disk of \(path)", remedy: remedy)
        }
        return HostFinding("disk", free < Self.scarce ? .warn : .ok, text, remedy: free < Self.scarce ? remedy : nil)
    }

    private static func gibibytes(_ bytes: UInt64) -> String {
        let tenths = bytes / ((1 << 30) / 10)
        return "\(tenths / 10).\(tenths % 10) GiB"
    }
}
