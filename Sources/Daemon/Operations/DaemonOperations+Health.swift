internal import FoundationEssentials
internal import Glibc
internal import Plan
internal import Settings
internal import Store
internal import Web

extension DaemonOperations {
    /// Bytes of free space below which the disk is a concern.
    private static let scarceSpace: UInt64 = 1 << 30

    func health() async -> HealthReport {
        var checks: [HealthReport.Check] = []
        var running = 0
        do {
            let statistics = try await store.statistics()
            running = statistics.unfinishedJobs[.running] ?? 0
            checks.append(.init(name: "store", level: .ok, detail: Self.amount(UInt64(max(statistics.databaseBytes, 0)))))
        } catch {
            checks.append(.init(name: "store", level: .failing, detail: "\(error)"))
        }
        checks.append(diskSpace())
        checks.append(await remotes())
        if let check = await outwardHealth() { checks.append(check) }
        return HealthReport(
            version: SlipwayVersion.current, startedAt: startedAt.formatted(.iso8601), checks: checks,
            capacity: settings.value.capacity, runningJobs: running)
    }

    private func diskSpace() -> HealthReport.Check {
        var statistics = statvfs()
        guard statvfs(folders.root, &statistics) == 0 else {
            return .init(name: "disk-space", level: .degraded, detail: "can't ask how much space \(folders.root) has")
        }
        let free = UInt64(statistics.f_bavail) * UInt64(statistics.f_frsize)
        let detail = "\(Self.amount(free)) free at \(folders.root)"
        guard free < Self.scarceSpace else { return .init(name: "disk-space", level: .ok, detail: detail) }
        return .init(name: "disk-space", level: .degraded, detail: "\(detail): free some, or lower the retention")
    }

    /// `480 KiB`, `12 MiB`, `66 GiB`.
    private static func amount(_ bytes: UInt64) -> String {
        if bytes < 10 << 20 { return "\((bytes + 1023) >> 10) KiB" }
        return bytes < 10 << 30 ? "\(bytes >> 20) MiB" : "\(bytes >> 30) GiB"
    }

    private func remotes() async -> HealthReport.Check {
        let names = Set(settings.value.repositories.map(\.name))
        let down = ((try? await store.remoteStatuses()) ?? []).filter { $0.failures > 0 && names.contains($0.repository) }
        guard let first = down.first else {
            return .init(name: "remotes", level: .ok, detail: names.count == 1 ? "1 repository" : "\(names.count) repositories")
        }
        let others = down.count > 1 ? ", and \(down.count - 1) more" : ""
        return .init(
            name: "remotes", level: .degraded, detail: "\(first.repository): \(first.error ?? "does not answer")\(others)")
    }
}
