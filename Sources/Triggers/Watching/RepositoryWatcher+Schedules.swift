internal import Expressions
internal import FoundationEssentials
internal import Git
internal import Plan
internal import Store
internal import WakeUps
internal import Workflows

/// One `on.schedule` entry of the default branch, and when it is due next.
struct ScheduledPipeline: Sendable {
    var schedule: Schedule
    var cron: CronSchedule
    var zone: ScheduleZone
    var nextAt: Date?
    /// Whether its last tick could be read; else it is asked for again, as ticks may have been missed.
    var isLastTickKnown = true

    /// The moments at which it was due from `first` on, until `end`; the newest thousand of them.
    func dueTimes(from first: Date?, until end: Date) -> [Date] {
        var times: [Date] = []
        var moment = first
        while let due = moment, due <= end {
            times.append(due)
            if times.count > 2000 { times.removeFirst(1000) }
            moment = cron.next(after: due, in: zone)
        }
        return times.suffix(1000)
    }
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
            mayHaveMissedTicks = true
            return
        }
        knownDefaultBranch = head.ref.name(after: "refs/heads/")
        guard head.commit != schedulesCommit else { return }
        let (path, pipelines) = (repository.mirrorPath, repository.pipelines)
        let documents: [WorkflowDocument]
        do {
            documents = try await queue.run { () throws(GitError) in
                try PipelinePlanner(mirror: try Mirror.open(existing: path), commit: head.commit, pipelines: pipelines)
                    .documents()
            }
        } catch {
            throw TriggerError(.unavailable, "\(error)")
        }
        let known = Dictionary(
            schedules.filter(\.isLastTickKnown).map { ($0.schedule, $0) }, uniquingKeysWith: { first, _ in first })
        var fresh: [ScheduledPipeline] = []
        for document in documents where document.isAccepted {
            for entry in document.workflow?.schedules ?? [] {
                guard let pipeline = scheduled(entry, path: document.path) else { continue }
                if let same = known[pipeline.schedule] {
                    fresh.append(same)
                } else {
                    fresh.append(await begun(pipeline, at: head))
                }
            }
        }
        schedules = fresh
        knownPipelines = documents.map(\.path)
        try await noteFollowers(among: documents)
        let isComplete = fresh.allSatisfy(\.isLastTickKnown)
        schedulesCommit = isComplete ? head.commit : nil
        mayHaveMissedTicks = !isComplete
        schedulesChanged.signal()
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

    /// A schedule begins where it was left, after its last tick; one that was not there before begins now.
    private func begun(_ pipeline: ScheduledPipeline, at head: Head) async -> ScheduledPipeline {
        var pipeline = pipeline
        let present = now()
        pipeline.nextAt = pipeline.cron.next(after: present, in: pipeline.zone)
        guard mayHaveMissedTicks else { return pipeline }
        let last: ScheduleTick?
        do { last = try await store.lastTick(of: pipeline.schedule) } catch {
            report(
                "\(repository.name): can't read when \(pipeline.schedule.workflowPath) ran last by \"\(pipeline.schedule.cron)\": \(error)"
            )
            pipeline.isLastTickKnown = false
            return pipeline
        }
        guard let last else { return pipeline }
        let first = pipeline.cron.next(after: last.dueAt, in: pipeline.zone)
        let (missed, made) = split(pipeline.dueTimes(from: first, until: present), at: present, lateness: Self.restart)
        await note(missed, of: pipeline, at: head)
        if let made { pipeline.nextAt = made }
        return pipeline
    }

    /// Seconds that a tick may be late and still count as in time: what a restart takes, and what a busy machine may.
    private static let restart = 30.0
    private static let load = 600.0

    /// Which ticks were missed, and the one that is to be made good or has just come.
    private func split(_ due: [Date], at present: Date, lateness: Double) -> (missed: [Date], made: Date?) {
        guard let newest = due.last else { return ([], nil) }
        let isInTime = present.timeIntervalSince(newest) <= lateness
        return isInTime || repository.missedSchedules == .once ? (due.dropLast(), newest) : (due, nil)
    }

    /// Records that ticks passed without a run, each for itself, and all of them in one sentence for people.
    private func note(_ missed: [Date], of pipeline: ScheduledPipeline, at head: Head) async {
        guard let first = missed.first, let last = missed.last else { return }
        for due in missed { await note(ScheduleTick(schedule: pipeline.schedule, dueAt: due, outcome: .missed)) }
        let times =
            missed.count == 1
            ? "at \(first.formatted(.iso8601))"
            : """
            \(missed.count) times from \(first.formatted(.iso8601)) to \(last.formatted(.iso8601))
            """
        let event = Event(
            repository: repository.name, name: "schedule", source: .schedule, ref: head.ref, commit: head.commit.description,
            actor: "schedule", workflow: pipeline.schedule.workflowPath, receivedAt: now())
        let reason =
            "\(pipeline.schedule.workflowPath) was due by \"\(pipeline.schedule.cron)\" \(times), while nothing was running here"
        do { _ = try await store.record(TriggerOutcome(event: event, key: .none, reason: reason)) } catch {
            report("\(repository.name): \(reason); that can't be recorded: \(error)")
        }
    }

    /// Makes an event of every schedule whose time has come. After the machine has slept, several may have passed.
    func fireDueSchedules() async {
        for pipeline in schedules {
            let present = now()
            // While one is fired, the schedules may be read anew.
            guard let due = pipeline.nextAt, due <= present,
                let index = schedules.firstIndex(where: { $0.schedule == pipeline.schedule && $0.nextAt == due })
            else { continue }
            schedules[index].nextAt = pipeline.cron.next(after: present, in: pipeline.zone)
            let times = pipeline.dueTimes(from: due, until: present)
            let (missed, made) = split(times, at: present, lateness: Self.load)
            if !missed.isEmpty { await noteMissed(missed, of: pipeline) }
            if let made { await fire(pipeline, dueAt: made) }
        }
    }

    private func noteMissed(_ missed: [Date], of pipeline: ScheduledPipeline) async {
        do throws(TriggerError) {
            await note(missed, of: pipeline, at: try await headOfDefaultBranch())
        } catch {
            report(
                "\(repository.name): the schedule \(pipeline.schedule.cron) missed \(missed.count) of its times, which can't be recorded: "
                    + error.message)
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
