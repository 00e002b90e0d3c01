internal import Glibc

/// A cgroup (version 2) for what a job starts: nothing leaves it, also what makes a session of its own or lost its parent.
///
/// The process that made it must not be in it, or `kill()` ends it too.
public final class JobCgroup: Sendable {
    /// Its folder below the mounted hierarchy.
    public let path: String
    private let members: OwnedDescriptor

    /// Open for writing; `0` written to it moves the writer here.
    var processList: Int32 { members.number }

    private init(path: String, members: OwnedDescriptor) {
        self.path = path
        self.members = members
    }

    /// Makes one below this process's own cgroup; nil where there is no cgroup v2 or it isn't delegated to this user.
    ///
    /// - Parameter name: One path component, unique below that cgroup. One that is left over is used again.
    public static func make(named name: String) -> JobCgroup? {
        guard !name.isEmpty, !name.contains("/"), name != ".", name != "..", let parent = ownFolder() else { return nil }
        let path = parent + "/" + name
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { return nil }
        guard let members = try? OwnedDescriptor.open(path + "/cgroup.procs", O_WRONLY) else {
            rmdir(path)
            return nil
        }
        return JobCgroup(path: path, members: members)
    }

    /// Moves a process here; its later children are born here.
    public func add(_ pid: Int32) throws(ProcessError) {
        let code = KernelFile.write("\(pid)", to: path + "/cgroup.procs")
        guard code == 0 else { throw .system("move process \(pid) into the cgroup '\(path)'", code: code) }
    }

    /// The pids in it and below it.
    public var processes: [Int32] { Self.processes(in: path) }

    /// Kills everything in it and below it at once (cgroup.kill, Linux 5.14), or one by one on an older kernel.
    public func kill() {
        guard KernelFile.write("1", to: path + "/cgroup.kill") != 0 else { return }
        for pid in processes { _ = Glibc.kill(pid, SIGKILL) }
    }

    /// Waits until nothing is left in it, then removes it. False if something was still there at the deadline.
    @discardableResult
    public func remove(until deadline: SuspendingClock.Instant) -> Bool {
        guard let events = try? OwnedDescriptor.open(path + "/cgroup.events", O_RDONLY) else { return true }
        while isPopulated {
            let priority = Int16(POLLPRI)
            guard
                Polling.ready([events.number], events: priority, until: min(deadline, .now + .milliseconds(100)))[0]
                    || SuspendingClock.now < deadline
            else { return false }
            lseek(events.number, 0, SEEK_SET)
            _ = try? events.read(atMost: 256)
        }
        Self.removeFolders(path)
        return !KernelFile.exists(path)
    }

    private var isPopulated: Bool {
        KernelFile.text(path + "/cgroup.events")?.contains("populated 1") ?? false
    }

    private static func processes(in path: String) -> [Int32] {
        let own = KernelFile.text(path + "/cgroup.procs") ?? ""
        let below = subfolders(path).flatMap { processes(in: $0) }
        return own.split(separator: "\n").compactMap { Int32($0) } + below
    }

    private static func removeFolders(_ path: String) {
        for folder in subfolders(path) { removeFolders(folder) }
        rmdir(path)
    }

    private static func subfolders(_ path: String) -> [String] {
        KernelFile.names(in: path).map { path + "/" + $0 }.filter(KernelFile.isFolder)
    }

    /// The folder of this process's own cgroup: line `0::` of /proc/self/cgroup below the mount of type cgroup2.
    private static func ownFolder() -> String? {
        guard let mounts = KernelFile.text("/proc/self/mounts"), let own = KernelFile.text("/proc/self/cgroup"),
            let mount = mounts.split(separator: "\n").map({ $0.split(separator: " ") })
                .first(where: { $0.count > 2 && $0[2] == "cgroup2" }),
            let line = own.split(separator: "\n").first(where: { $0.hasPrefix("0::/") })
        else { return nil }
        let path = line.dropFirst("0::".count)
        return String(mount[1]) + (path == "/" ? "" : String(path))
    }
}
