internal import Docker
internal import EngineAddresses
internal import Execution
internal import FoundationEssentials
internal import Glibc
internal import Plan

/// Asks this host, its Docker Engine and the job's workspace.
struct HostSurroundings: Surroundings {
    /// How long the engine may take to answer: it counts what its images hold.
    private static let patience = 8.0

    private let assignment: JobAssignment
    private let folders: WorkplaceFolders?

    init(_ failure: StepFailure) {
        assignment = failure.assignment
        folders = failure.folders
    }

    /// A stranger's code learns nothing of other jobs.
    private var isUntrusted: Bool { assignment.storage?.isUntrusted ?? false }

    var mayUseEngine: Bool { assignment.engine != nil && assignment.engineUse.permission >= .socket }

    var hasOwnLocalhost: Bool {
        if assignment.job.container != nil { return true }
        return assignment.confinement.kind != .none && !assignment.confinement.sharesNetwork
    }

    private var engine: DockerEngine? {
        guard let address = assignment.engine, !isUntrusted else { return nil }
        return try? DockerEngine(at: address, patience: Patience().limited(to: 2))
    }

    var memory: Int64? {
        guard let text = try? Folder.read("/proc/meminfo", limit: .max), let line = text.between("MemTotal:", "kB") else {
            return nil
        }
        return Int64(line.trimmed).map { $0 * 1024 }
    }

    func containers(publishing port: Int) -> [String] {
        let found = try? engine?.runningContainers(patience: Patience().limited(to: 2))
        return (found ?? []).filter { $0.publishedPorts.contains(port) }.map(\.name)
    }

    func container(named name: String) -> String? {
        let found = try? engine?.allContainers(patience: Patience().limited(to: 2))
        return found?.first { $0.name == name }.map { "\($0.status), from the image \($0.image)" }
    }

    func find(_ path: String) -> FileSearchAnswer {
        guard let folders else { return FileSearchAnswer() }
        let inside = folders.workspace.inside
        let path = path.hasPrefix(inside + "/") ? String(path.dropFirst(inside.utf8.count + 1)) : path
        return WorkspaceSurvey(folders.workspace).find(path)
    }

    func space() -> SpaceReport {
        var report = SpaceReport()
        var seen: Set<UInt64> = []
        let engine = self.engine
        let isHere = engine?.address.isOnThisHost ?? false
        let engineRoot = isHere ? try? engine?.dataFolder(patience: Patience().limited(to: 2)) : nil
        let places = [folders?.workspace.outside ?? assignment.workspace, folders?.scratch?.outside, engineRoot, "/tmp"]
        for path in places.compactMap({ $0 }) {
            guard let (device, disk) = Self.disk(of: path), seen.insert(device).inserted else { continue }
            report.disks.append(disk)
        }
        if let usage = try? engine?.diskUsage(patience: Patience().limited(to: Self.patience)) { report.engine = usage.items }
        report.kept = kept
        return report
    }

    private var kept: [SpaceReport.Kept] {
        guard !isUntrusted else { return [] }
        var folders = [("workspaces of jobs", Self.parent(of: assignment.workspace))]
        if let storage = assignment.storage {
            folders += [("caches", Self.parent(of: storage.cache)), ("runs, with their logs and artifacts,", storage.runs)]
        }
        return folders.map { kind, path in
            let size = FolderSize(of: path)
            return SpaceReport.Kept(kind: kind, size: size.bytes, isAtLeast: size.isCut)
        }
    }

    private static func disk(of path: String) -> (device: UInt64, SpaceReport.Disk)? {
        var status = stat()
        var room = statvfs()
        guard stat(path, &status) == 0, statvfs(path, &room) == 0 else { return nil }
        let unit = Int64(room.f_frsize)
        return (
            UInt64(status.st_dev),
            SpaceReport.Disk(
                folder: path, size: Int64(room.f_blocks) * unit, free: Int64(room.f_bavail) * unit,
                hasInodes: room.f_files == 0 || room.f_favail > 0)
        )
    }

    private static func parent(of path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path }
}

extension EngineDiskUsage {
    fileprivate var items: [SpaceReport.EngineItem] {
        [
            .init(
                kind: "images", size: images.size, reclaimable: images.reclaimable, command: "docker image prune --all --force"),
            .init(
                kind: "build caches", size: buildCache.size, reclaimable: buildCache.reclaimable,
                command: "docker builder prune --all --force"),
            .init(
                kind: "containers", size: containers.size, reclaimable: containers.reclaimable,
                command: "docker container prune --force"),
            .init(
                kind: "volumes", size: volumes.size, reclaimable: volumes.reclaimable,
                command: "docker volume prune --all --force"),
        ]
    }
}
