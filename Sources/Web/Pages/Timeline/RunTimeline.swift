internal import FoundationEssentials
internal import Plan

/// Where the time of a run went: for each job when it could have begun, when it did, its steps, and whether the run would have
/// been over sooner had it been quicker.
struct RunTimeline: Sendable {
    struct Part: Sendable {
        enum Kind: String, Sendable {
            /// Ready, and waiting for a free slot, a group or a person.
            case queue
            /// From the job's start to its first step.
            case setUp = "setup"
            case step
            /// Between steps and after the last: what no step accounts for.
            case rest
        }

        let kind: Kind
        let name: String
        let from: Double
        let to: Double
        var mood: Mood?
        var stepNumber: Int?

        var length: Double { to - from }
    }

    struct Row: Sendable {
        let job: Job
        let mood: Mood
        let parts: [Part]
        /// Seconds after the run's creation.
        let ready: Double
        let start: Double?
        let end: Double?
        var isCritical = false

        var waited: Double { max(0, (start ?? end ?? ready) - ready) }
        var ran: Double { start.map { max(0, (end ?? $0) - $0) } ?? 0 }
        var setUp: Double { parts.first { $0.kind == .setUp }?.length ?? 0 }
        var longest: Part? { parts.filter { $0.kind == .step }.max { $0.length < $1.length } }
    }

    /// In the order of the jobs' beginnings.
    private(set) var rows: [Row]
    /// From the run's creation to its end, or until now.
    let length: Double

    /// - Parameter jobs: of one attempt. Those that call a workflow have no time of their own, and those that were taken over from
    ///   an earlier attempt took theirs there.
    init(run: Run, jobs: [Job], steps: [Int64: [Step]], now: Date) {
        let origin = jobs.filter { $0.reusedFrom == nil }.map(\.createdAt).min() ?? run.createdAt
        let end = run.finishedAt ?? now
        let shown = jobs.filter { job in
            job.reusedFrom == nil && !job.isCall && !jobs.contains { $0.callerID == job.id }
                && (job.startedAt != nil || job.status != .completed)
        }
        rows = shown.map { Self.row($0, jobs: jobs, steps: steps[$0.id] ?? [], origin: origin, now: end) }
        length = max(end.timeIntervalSince(origin), rows.compactMap(\.end).max() ?? 0, 0.1)
        markCriticalPath(jobs)
        rows.sort { ($0.start ?? $0.ready, $0.job.id) < ($1.start ?? $1.ready, $1.job.id) }
    }

    /// The time in which nothing of the run ran while something could have.
    var waitedOnPath: Double { rows.filter(\.isCritical).reduce(0) { $0 + $1.waited } }

    private static func row(_ job: Job, jobs: [Job], steps: [Step], origin: Date, now: Date) -> Row {
        func seconds(_ date: Date) -> Double { max(0, date.timeIntervalSince(origin)) }
        let needed = predecessors(of: job, among: jobs).compactMap(\.finishedAt).max()
        let ready = max(seconds(needed ?? job.createdAt), seconds(job.createdAt))
        let start = job.startedAt.map(seconds)
        let end = job.startedAt == nil ? nil : seconds(job.finishedAt ?? now)
        var parts: [Part] = []
        if let first = start ?? (job.status == .completed ? nil : seconds(now)), first > ready {
            parts.append(Part(kind: .queue, name: "waited", from: ready, to: first))
        }
        if let start, let end { parts += inside(steps, from: start, to: end, seconds: seconds) }
        return Row(job: job, mood: Mood(job), parts: parts, ready: min(ready, start ?? ready), start: start, end: end)
    }

    private static func inside(
        _ steps: [Step], from start: Double, to end: Double, seconds: (Date) -> Double
    ) -> [Part] {
        var parts: [Part] = []
        var place = start
        for step in steps {
            guard let began = step.startedAt.map(seconds) else { continue }
            let over = min(step.finishedAt.map(seconds) ?? end, end)
            let from = min(max(began, start), end)
            if from > place {
                parts.append(
                    Part(
                        kind: parts.isEmpty ? .setUp : .rest, name: parts.isEmpty ? "set-up" : "between steps", from: place,
                        to: from))
            }
            parts.append(
                Part(kind: .step, name: step.name, from: from, to: max(over, from), mood: Mood(step), stepNumber: step.number))
            place = max(place, over)
        }
        if end > place { parts.append(Part(kind: .rest, name: parts.isEmpty ? "no steps" : "clean-up", from: place, to: end)) }
        return parts
    }

    /// The jobs that had to be over before this one: those that it needs, and of a called workflow those that its caller needs.
    private static func predecessors(of job: Job, among jobs: [Job]) -> [Job] {
        let prefix = job.key.lastIndex(of: "/").map { String(job.key[...$0]) } ?? ""
        let needed = Set(job.needs.flatMap { [$0, prefix + $0] })
        let own = jobs.filter { $0.id != job.id && needed.contains($0.key) }
        guard let caller = jobs.first(where: { $0.id == job.callerID }) else { return own }
        return own + predecessors(of: caller, among: jobs)
    }

    /// From the job that ended last back to what it waited for, and so on to the run's beginning.
    private mutating func markCriticalPath(_ jobs: [Job]) {
        var next = rows.max { ($0.end ?? 0) < ($1.end ?? 0) }
        var seen: Set<Int64> = []
        while let row = next, row.end != nil, seen.insert(row.job.id).inserted {
            if let index = rows.firstIndex(where: { $0.job.id == row.job.id }) { rows[index].isCritical = true }
            let before = Set(Self.predecessors(of: row.job, among: jobs).flatMap { Self.leaves(of: $0, among: jobs) }.map(\.id))
            next = rows.filter { before.contains($0.job.id) }.max { ($0.end ?? 0) < ($1.end ?? 0) }
        }
    }

    /// A job, or the jobs of the workflow that it calls.
    private static func leaves(of job: Job, among jobs: [Job]) -> [Job] {
        let called = jobs.filter { $0.callerID == job.id && $0.id != job.id }
        return called.isEmpty ? [job] : called.flatMap { leaves(of: $0, among: jobs) }
    }
}
