internal import FoundationEssentials
internal import Plan
internal import Store

/// What goes on: what runs, what waits, and what waits for a person.
extension DashboardPage {
    private static let mostOfRun = 5

    func headValues(_ content: Content) -> PageValues {
        let report = content.health
        return [
            "summary": Self.summary(content), "slots": "\(report.runningJobs) of \(report.capacity) job slots in use",
            "running": report.runningJobs, "capacity": report.capacity,
            "disk": Filled(report.checks.first { $0.name == "disk-space" }?.detail),
            "concerns": report.checks.filter { $0.level != .ok }.map { check -> PageValues in
                ["name": check.name, "detail": check.detail, "isFailing": check.level == .failing]
            },
            "hasNone": content.repositories.isEmpty, "hasNoRuns": !content.repositories.isEmpty && !content.hasRuns,
            "repository": content.repositories.first?.name ?? "",
            "repositoryPath": RepositoryPath.encoded(content.repositories.first?.name ?? ""),
        ]
    }

    private static func summary(_ content: Content) -> String {
        var parts: [String] = []
        if !content.broken.isEmpty { parts.append("\(content.broken.count) broken") }
        if !content.approvals.isEmpty {
            let count = max(content.approvalCount, content.approvals.count)
            parts.append(count == 1 ? "1 job waits for a person" : "\(count) jobs wait for a person")
        }
        if !content.paused.isEmpty {
            parts.append(content.paused.count == 1 ? "1 job stands still" : "\(content.paused.count) jobs stand still")
        }
        if content.runningCount > 0 { parts.append(content.runningCount == 1 ? "1 run" : "\(content.runningCount) runs") }
        if content.runningCount > 0 { parts[parts.count - 1] += " under way" }
        if content.waitingCount > 0 {
            parts.append(content.waitingCount == 1 ? "1 job waits" : "\(content.waitingCount) jobs wait")
        }
        if parts.isEmpty { return content.hasRuns ? "All is well, and nothing runs" : "Nothing has run yet" }
        return parts.joined(separator: ", ")
    }

    // MARK: - People

    func peopleValues(_ content: Content) -> PageValues {
        [
            "hasApprovals": !content.approvals.isEmpty,
            "more": Filled(Self.more(content.approvalCount - content.approvals.count)),
            "approvals": content.approvals.map { pending -> PageValues in
                [
                    "runID": pending.run.id, "title": pending.run.title, "job": pending.job.name,
                    "repository": pending.run.repository, "ref": pending.run.reference.shortName,
                    "approval": ApprovalValues.values(
                        of: pending.job, isUnanswerable: content.unanswerable.contains(pending.job.id)),
                ]
            },
        ]
    }

    // MARK: - What runs

    func runningValues(_ content: Content) -> PageValues {
        [
            "hasRunning": !content.running.isEmpty, "count": content.runningCount,
            "more": Filled(Self.more(content.runningCount - content.running.count)),
            "running": content.running.map { run -> PageValues in
                let usual = content.usual[WorkflowFile(repository: run.repository, path: run.workflowPath)]
                // How long people take to answer says nothing of how long the rest takes.
                return Self.runningLine(run, usual: content.answered.contains(run.id) ? nil : usual)
            },
        ]
    }

    private static func runningLine(_ run: Run, usual: Double?) -> PageValues {
        let start = run.startedAt ?? run.createdAt
        let elapsed = max(0, Date().timeIntervalSince(start))
        return [
            "id": run.id, "icon": Mood(run).icon, "title": run.title, "repository": run.repository,
            "workflow": run.workflowName ?? run.workflowPath.fileName, "ref": run.reference.shortName,
            "refKind": run.reference.kind,
            "elapsed": HTMLText.duration(from: start, to: nil), "hasUsual": usual != nil, "start": TimeText.rfc3339(start),
            "usual": Int((usual ?? 0).rounded(.up)), "usualText": usual.map { TimeText.duration($0) } ?? "",
            // Never full while it runs.
            "value": Int(min(elapsed, (usual ?? 0) * 0.99)), "isLate": usual.map { elapsed > $0 * 1.5 + 10 } ?? false,
        ]
    }

    // MARK: - What has ended

    func endedValues(_ content: Content) -> PageValues {
        ["hasEnded": !content.ended.isEmpty, "rows": RunRow.html(content.ended, showsRepository: true)]
    }

    // MARK: - What waits

    func waitingValues(_ content: Content) -> PageValues {
        var order: [Int64] = []
        var groups: [Int64: [PendingJob]] = [:]
        for pending in content.paused + content.waiting {
            if groups[pending.run.id] == nil { order.append(pending.run.id) }
            groups[pending.run.id, default: []].append(pending)
        }
        let shown = order.prefix(15)
        let lines = shown.compactMap { groups[$0] }.map(Self.waitingLine)
        let count = content.waitingCount + content.paused.count
        let rest = count - shown.reduce(0) { $0 + (groups[$1]?.count ?? 0) }
        return [
            "hasWaiting": !lines.isEmpty, "count": max(count, 0), "waiting": lines,
            "more": Filled(Self.more(rest)),
        ]
    }

    private static func waitingLine(_ jobs: [PendingJob]) -> PageValues {
        let run = jobs[0].run
        return [
            "id": run.id, "icon": Mood(jobs[0].job).icon, "title": run.title, "repository": run.repository,
            "workflow": run.workflowName ?? run.workflowPath.fileName, "ref": run.reference.shortName,
            "refKind": run.reference.kind,
            "when": HTMLText.time(run.createdAt), "more": Filled(more(jobs.count - mostOfRun)),
            "jobs": jobs.prefix(mostOfRun).map { pending -> PageValues in
                [
                    "name": pending.job.name, "reason": reason(of: pending),
                    "command": Filled(pending.job.activePause.map { _ in PauseValues.command(of: pending.job) }),
                ]
            },
        ]
    }

    private static func reason(of pending: PendingJob) -> String {
        if let pause = pending.job.activePause { return PauseValues.reason(pause, of: pending.job) }
        if let reason = pending.job.reason, !reason.isEmpty { return reason }
        if let reason = pending.run.reason, !reason.isEmpty { return reason }
        return pending.job.status == .queued ? "ready, all job slots are taken" : "not yet decided"
    }
}
