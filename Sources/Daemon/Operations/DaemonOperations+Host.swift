internal import Docker
internal import FoundationEssentials
internal import Git
internal import Glibc
internal import Plan
internal import Processes
internal import Settings
internal import Store
internal import Web

extension DaemonOperations {
    private static let processes = BlockingQueue(label: "slipway.processes")

    func host() async throws(OperationError) -> HostReport {
        var report: HostReport
        do {
            report = try await due()
        } catch {
            throw OperationError(.unavailable, "What the host has to do can't be read: \(error)")
        }
        var statistics = statvfs()
        if statvfs(folders.root, &statistics) == 0 {
            report.size = Int64(statistics.f_blocks) * Int64(statistics.f_frsize)
            report.free = Int64(statistics.f_bavail) * Int64(statistics.f_frsize)
        } else {
            report.problems.append("How much space \(folders.root) has can't be asked: \(String(cString: strerror(errno))).")
        }
        let (count, isUnderWay) = survey.count(engine: settings.value.docker.engine, now: now)
        report.measuredAt = count?.at
        report.isMeasuring = isUnderWay
        report.problems += count?.problems ?? []
        report.parts = parts(count)
        report.daemonBytes = await Self.processes.run { () throws(Never) in Self.memory(of: getpid()) }
        return report
    }

    // MARK: - The disk

    private func parts(_ count: DiskSurvey.Count?) -> [HostReport.Part] {
        let settings = settings.value
        let (artifacts, caches, retention) = (settings.artifacts, settings.caches, settings.retention)
        let repositories = Int64(max(settings.repositories.count, 1))
        func part(_ name: String, _ detail: String, limit: Int64? = nil, _ rule: String) -> HostReport.Part {
            HostReport.Part(name: name, detail: detail, bytes: count?.bytes[name], limit: limit, rule: rule)
        }
        var parts = [
            part("runs", "logs, journals, summaries and reports of runs", Self.rule(of: retention)),
            part(
                "artifacts", "what jobs uploaded", limit: Int64(artifacts.size), "kept \(artifacts.days) days (artifacts.days)"),
            part(
                "caches", "what jobs cached", limit: Int64(caches.size + caches.untrustedSize) * repositories,
                "what was not used for \(caches.age.map { "\(Int($0.seconds / 86_400)) days" } ?? "long") goes first (caches)"),
            part("workspaces", "checkouts and temporary files of running jobs", "removed when a job ends"),
            part("mirrors", "copies of the watched repositories", "one for each repository of the settings"),
            part("actions", "copies of repositories whose actions are used", "kept, so that runs don't depend on their servers"),
            part("checkouts", "copies of other repositories that jobs check out", "removed 30 days after their last use"),
            part("tools", "Pythons and Nodes for jobs", "put there by an operator"),
            part("database", "the store", "shrinks after old runs are deleted"),
        ]
        if let docker = count?.docker {
            let rule = "of it, \(docker.images.reclaimable >> 20) MiB are used by no container (docker.prune)"
            parts.append(
                HostReport.Part(
                    name: "docker-images", detail: "images of the Docker Engine", bytes: docker.images.size, rule: rule))
            parts.append(
                HostReport.Part(
                    name: "docker-build-cache", detail: "what builds of images left", bytes: docker.buildCache.size,
                    rule: "docker builder prune"))
        }
        return parts
    }

    private static func rule(of retention: RetentionSettings) -> String {
        switch (retention.age, retention.runs) {
        case (let age?, let runs?):
            "kept \(Int(age.seconds / 86_400)) days, and the newest \(runs) of each repository in any case (retention)"
        case (let age?, nil): "kept \(Int(age.seconds / 86_400)) days (retention.days)"
        case (nil, let runs?): "the newest \(runs) of each repository are kept (retention.runs)"
        case (nil, nil): "kept for ever (retention)"
        }
    }

    // MARK: - What goes next, and what runs

    private func due() async throws(StoreError) -> HostReport {
        var due = try await store.nextArtifactsToExpire(limit: 5).map { stored in
            HostReport.Due(
                what: "artifact \(stored.artifact.name) of run \(stored.artifact.runID)", runID: stored.artifact.runID,
                at: stored.artifact.expiresAt, bytes: stored.artifact.size)
        }
        if let age = settings.value.retention.age, let oldest = try await store.oldestRun() {
            let end = (oldest.finishedAt ?? oldest.createdAt).addingTimeInterval(age.seconds)
            due.append(HostReport.Due(what: "run \(oldest.id) with its logs, the oldest", runID: oldest.id, at: end))
        }
        var workers: [HostReport.Worker] = []
        for job in try await store.runningJobs(limit: 100) {
            guard let run = try await store.run(job.runID), !job.isCall else { continue }
            let lock = folders.job(job.id, ofRun: job.runID).lock
            let found = await Self.processes.run { () throws(Never) -> (Int64?, Int) in
                let holders = FileLock.holders(of: lock).map(\.pid)
                let all = Set(holders + holders.flatMap { ProcessTree.descendants(of: $0) })
                return (all.isEmpty ? nil : all.reduce(0) { $0 + (Self.memory(of: $1) ?? 0) }, all.count)
            }
            workers.append(HostReport.Worker(job: job, run: run, bytes: found.0, processes: found.1))
        }
        return HostReport(
            folder: folders.root, size: 0, free: 0, due: due.sorted { $0.at < $1.at }, capacity: settings.value.capacity,
            workers: workers)
    }

    /// Resident bytes of a process; nil where it has ended.
    private static func memory(of pid: Int32) -> Int64? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int64(fields[1]).map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }
}
