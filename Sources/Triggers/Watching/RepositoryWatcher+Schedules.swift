internal import Expressions
internal import FoundationEssentials
internal import Git
internal import Plan
internal import Store
internal import Workflows

/// One `on.schedule` entry of the default branch, and when it is due next.
struct ScheduledPipeline: Sendable {
    var schedule: Schedule
    var cron: CronSchedule
    var zone: ScheduleZone
    var nextAt: Date?
}

extension RepositoryWatcher {
    func nextScheduleAt() -> Date? { schedules.compactMap(\.nextAt).min() }

    /// Reads the schedules of the default branch, where its head moved since.
    func readSchedules() async throws(TriggerError) {
        let head: Head
        do { head = try await headOfDefaultBranch() } catch {
            // An empty repository has no schedules. Where the head only can't be read now, they are read anew at the next look.
            schedules = []
            schedulesCommit = nil
            return
        }
        knownDefaultBranch = head.ref.name(after: "refs/heads/")
        guard head.commit != schedulesCommit else { return }
        let path = repository.mirrorPath
        let documents: [WorkflowDocument]
        do {
            documents = try await queue.run { () throws(GitError) in
                try PipelinePlanner(mirror: try Mirror.open(existing: path), commit: head.commit).documents()
            }
        } catch {
            throw TriggerError(.unavailable, "\(error)")
        }
        let known = Dictionary(schedules.map { ($0.schedule, $0) }, uniquingKeysWith: { first, _ in first })
        var fresh: [ScheduledPipeline] = []
        for document in documents where document.isAccepted {
            for entry in document.workflow?.schedules ?? [] {
                guard let pipeline = scheduled(entry, path: document.path) else { continue }
                if let same = known[pipeline.schedule] { fresh.append(same) } else { fresh.append(await begun(pipeline)) }
            }
        }
        schedules = fresh
        knownPipelines = documents.map(\.path)
        try await noteFollowers(among: documents)
        schedulesCommit = head.commit
    }

    private func scheduled(_ entry: WorkflowSchedule, path: String) -> ScheduledPipeline? {
        let zoneName = entry.timeZone?.value ?? repository.scheduleTimeZone
        // The check has refused files with a wrong expression or zone.
        guard let cron = try? CronSchedule(parsing: entry.cron.value), let zone = try? ScheduleZone(name: zoneName) else {
            return nil
        }
        let schedule = Schedule(
            repository: repository.name, workflowPath: path, cron: entry.cron.value, timezone: zoneName)
        return ScheduledPipeline(schedule: schedule, cron: cron, zone: zone)
    }

    /// A schedule begins where it was left: after its last tick. What was due since then was missed.
    private func begun(_ pipeline: ScheduledPipeline) async -> ScheduledPipeline {
        var pipeline = pipeline
        let present = now()
        guard let last = try? await store.lastTick(of: pipeline.schedule) else {
            pipeline.nextAt = pipeline.cron.next(after: present, in: pipeline.zone)
            return pipeline
        }
        var missed: [Date] = []
        var moment = pipeline.cron.next(after: last.dueAt, in: pipeline.zone)
        while let due = moment, due < present {
            missed.append(due)
            // A schedule of every five minutes after a month: the newest are kept.
            if missed.count > 1000 { missed.removeFirst(500) }
            moment = pipeline.cron.next(after: due, in: pipeline.zone)
        }
        pipeline.nextAt = moment
        if repository.missedSchedules == .once, let newest = missed.popLast() { pipeline.nextAt = newest }
        for due in missed { await note(ScheduleTick(schedule: pipeline.schedule, dueAt: due, outcome: .missed)) }
        return pipeline
    }

    /// Makes an event of every schedule whose time has come.
    func fireDueSchedules() async {
        for index in schedules.indices {
            guard schedules.indices.contains(index), let due = schedules[index].nextAt, due <= now() else { continue }
            let pipeline = schedules[index]
            schedules[index].nextAt = pipeline.cron.next(after: max(due, now()), in: pipeline.zone)
            await turn { await fire(pipeline, dueAt: due) }
        }
    }

    private func fire(_ pipeline: ScheduledPipeline, dueAt: Date) async {
        let tick = ScheduleTick(schedule: pipeline.schedule, dueAt: dueAt, outcome: .fired)
        do {
            let head = try await headOfDefaultBranch()
            let repository = repository
            let receivedAt = now()
            let (event, outcome) = try await planned { _ throws(GitError) in
                Event(
                    repository: repository.name, name: "schedule", source: .schedule, ref: head.ref,
                    commit: head.commit.description, actor: "schedule",
                    payload: [
                        "schedule": .string(pipeline.schedule.cron), "workflow": .string(pipeline.schedule.workflowPath),
                        "repository": PushPayload.description(of: repository),
                    ],
                    workflow: pipeline.schedule.workflowPath, receivedAt: receivedAt)
            }
            try await record(event, outcome, key: .tick(tick), deliveryID: nil)
        } catch {
            report("\(repository.name): the schedule \(pipeline.schedule.cron) could not start: \(error.message)")
            await note(ScheduleTick(schedule: pipeline.schedule, dueAt: dueAt, outcome: .skipped))
        }
    }

    private func note(_ tick: ScheduleTick) async {
        do { try await store.recordTick(tick) } catch {
            report("\(repository.name): can't record a tick of \(tick.schedule.cron): \(error)")
        }
    }
}
