internal import Expressions
internal import FoundationEssentials
internal import Git
internal import Plan
internal import Store

extension RepositoryWatcher {
    /// Seconds to the first look after a failure; each further failure doubles it, up to the limit.
    static let firstDelay = 5.0
    private static let longestDelay = 900.0
    /// More commits than this between two looks are taken for an import: only the newest of them run.
    private static let commitLimit = 100

    /// Brings the mirror up to date, and notes how the remote answered.
    func fetch() async throws(TriggerError) {
        status.lastAttemptAt = now()
        do {
            try await fetcher.fetch(repository.fetchRequest)
            if status.lastSuccessAt == nil { try await recordBaseline() }
            status.lastSuccessAt = status.lastAttemptAt
            status.failures = 0
            status.failingSince = nil
            status.error = nil
            status.nextAttemptAt = repository.pollInterval.map { now() + $0 }
        } catch let error as GitError where error.kind == .cancelled {
            // That this process stops says nothing about the remote.
            throw TriggerError(.unavailable, error.reason)
        } catch {
            // Of a daemon that is stopped: it says nothing about the remote.
            if Task.isCancelled { throw TriggerError(.unavailable, "the fetch was given up: \(error)") }
            if status.failures == 0 { status.failingSince = status.lastAttemptAt }
            status.failures += 1
            status.error = "\(error)"
            let delay = min(Self.firstDelay * pow2(status.failures - 1), Self.longestDelay)
            status.nextAttemptAt = now() + max(delay, min(repository.pollInterval ?? 0, Self.firstDelay))
        }
        do { try await store.recordPoll(status) } catch {
            throw TriggerError(.unavailable, "can't store how the remote answered: \(error)")
        }
        if let error = status.error { throw TriggerError(.unavailable, error) }
    }

    /// What a repository holds when it is first seen starts no runs, but for pushes that a webhook told of while it could not be
    /// reached: their refs are recorded as they were before. Recorded before the success of the look is, so that a
    /// daemon that dies in between does it again.
    private func recordBaseline() async throws {
        var state = try await moves(from: [:])
        let told = try await toldBefores()
        state.all = state.all.compactMap { reference in
            guard let before = told[reference.ref] else { return reference }
            return before.map { ReferenceState(ref: reference.ref, commit: $0) }
        }
        let isKnown = try await !store.knownReferences(of: repository.name).isEmpty
        guard !isKnown, let place = await placeOfFirstLook(among: state.all) else {
            return try await store.recordReferences(state.all, of: repository.name)
        }
        // An event without a run, so that nobody has to guess why what is there did not run.
        let event = Event(
            repository: repository.name, name: "first_look", source: .poll, ref: place.ref,
            commit: place.commit, actor: "", receivedAt: now())
        _ = try await store.record(
            TriggerOutcome(event: event, key: .none, references: state.all, reason: Self.firstLookReason(state.all.count)))
    }

    /// Where the note of the first look stands: at the default branch, or where that can't be had, at any other; nil in an empty repository.
    private func placeOfFirstLook(among all: [ReferenceState]) async -> (ref: String, commit: String)? {
        let other = all.lazy.compactMap { state in state.commit.map { (ref: state.ref, commit: $0) } }.first
        guard let other else { return nil }
        do throws(TriggerError) {
            let head = try await headOfDefaultBranch()
            return (head.ref, head.commit.description)
        } catch {
            report("\(repository.name): its first look is noted at \(other.ref): \(error.message)")
            return other
        }
    }

    private static func firstLookReason(_ count: Int) -> String {
        let refs = count == 1 ? "the branch that was" : "the \(count) branches and tags that were"
        return "\(refs) there when the repository was first looked at started nothing: push a commit, or start a pipeline by hand"
    }

    private func pow2(_ exponent: Int) -> Double { Double(1 << min(max(exponent, 0), 20)) }

    /// A ref that does not stand where it was last recorded.
    struct Move: Sendable {
        var ref: String
        var old: ObjectID?
        var new: ObjectID
        /// The commits that get a run, oldest first.
        var commits: [ObjectID]
        var isForced: Bool
    }

    /// Compares the mirror with what is recorded, and makes an event of every commit that is new on a branch or tag.
    func recordMoves() async throws(TriggerError) {
        do {
            let known = try await store.knownReferences(of: repository.name)
            let (moves, deleted, _) = try await moves(from: known)
            if !deleted.isEmpty { try await store.recordReferences(deleted, of: repository.name) }
            for move in moves {
                guard repository.watches(move.ref) else {
                    let state = ReferenceState(ref: move.ref, commit: move.new.description)
                    try await store.recordReferences([state], of: repository.name)
                    continue
                }
                var before = move.old
                for commit in move.commits {
                    try await recordPush(move, commit: commit, before: before)
                    before = commit
                }
            }
        } catch let error as TriggerError {
            throw error
        } catch {
            throw TriggerError(.unavailable, "\(error)")
        }
    }

    private func moves(
        from known: [String: String]
    ) async throws(GitError) -> (moves: [Move], deleted: [ReferenceState], all: [ReferenceState]) {
        let path = repository.mirrorPath
        let each = repository.commits == .each
        return try await queue.run { () throws(GitError) in
            let mirror = try Mirror.open(existing: path)
            var moves: [Move] = []
            var all: [ReferenceState] = []
            for reference in try mirror.references()
            where reference.name.hasPrefix("refs/heads/") || reference.name.hasPrefix("refs/tags/") {
                guard let commit = try mirror.peeled(reference.target) else { continue }
                all.append(ReferenceState(ref: reference.name, commit: commit.description))
                let old = known[reference.name].flatMap { ObjectID($0) }
                if old == commit { continue }
                moves.append(try Self.move(of: reference.name, from: old, to: commit, each: each, in: mirror))
            }
            let present = Set(all.map(\.ref))
            let deleted = known.keys.sorted().filter { !present.contains($0) }.map { ReferenceState(ref: $0, commit: nil) }
            return (moves, deleted, all)
        }
    }

    private static func move(
        of ref: String, from old: ObjectID?, to new: ObjectID, each: Bool, in mirror: Mirror
    ) throws(GitError) -> Move {
        var move = Move(ref: ref, old: old, new: new, commits: [new], isForced: false)
        guard let old, ref.hasPrefix("refs/heads/") else { return move }
        // The old commit may be gone after a force push and a clean-up.
        guard (try? mirror.commit(old)) != nil, try mirror.isAncestor(old, of: new) else {
            move.isForced = true
            return move
        }
        if each {
            let commits = try mirror.firstParentCommits(from: old, to: new, limit: commitLimit)
            if !commits.isEmpty { move.commits = commits }
        }
        return move
    }

    private func recordPush(_ move: Move, commit: ObjectID, before: ObjectID?) async throws(TriggerError) {
        let repository = repository
        let receivedAt = now()
        let (event, outcome) = try await planned { mirror throws(GitError) in
            let payload = PushPayload(
                repository: repository, ref: move.ref, before: before?.description, commit: try mirror.commit(commit),
                isForced: move.isForced)
            return Event(
                repository: repository.name, name: "push", source: .poll, ref: move.ref, commit: commit.description,
                before: before?.description, actor: payload.commit.committer.name, payload: payload.value,
                receivedAt: receivedAt)
        }
        try await record(event, outcome, key: .push(moves: true), deliveryID: nil)
    }

    // MARK: - Events

    /// Makes an event on the mirror's thread and asks the pipelines of its commit.
    func planned(
        _ event: @escaping @Sendable (Mirror) throws(GitError) -> Event
    ) async throws(TriggerError) -> (event: Event, outcome: PipelinePlanner.Outcome) {
        let path = repository.mirrorPath
        let repository = repository
        do {
            let planned = try await planning { workflows throws(GitError) in
                let mirror = try Mirror.open(existing: path)
                let event = try event(mirror)
                guard let commit = ObjectID(event.commit) else {
                    return PlannedEvent(event: event, outcome: PipelinePlanner.Outcome())
                }
                let planner = PipelinePlanner(
                    mirror: mirror, commit: commit, variables: repository.variables, workflows: workflows,
                    buildspecs: repository.buildspecs, pipelines: repository.pipelines)
                return PlannedEvent(event: event, outcome: try planner.plan(event))
            }
            return (planned.event, planned.outcome)
        } catch {
            throw TriggerError(error.isTransient ? .unavailable : .notFound, "\(error)")
        }
    }

    /// Stores the events that one delivery told in one transaction and hands their runs on.
    func record(_ planned: [PlannedEvent], deliveryID: Int64) async throws(TriggerError) {
        do {
            let recorded = try await store.record(
                planned.map { planned in
                    TriggerOutcome(
                        event: planned.event, key: .delivery, runs: planned.outcome.runs, skipped: planned.outcome.skipped,
                        deliveryID: deliveryID, reason: planned.outcome.reason)
                })
            started(recorded.flatMap(\.runs))
        } catch {
            throw TriggerError(.unavailable, "can't store the events: \(error)")
        }
    }

    /// Stores an event with its runs in one transaction and hands the runs on.
    @discardableResult
    func record(
        _ event: Event, _ outcome: PipelinePlanner.Outcome, key: TriggerOutcome.DeduplicationKey, deliveryID: Int64?
    ) async throws(TriggerError) -> RecordedTrigger {
        do {
            let recorded = try await store.record(
                TriggerOutcome(
                    event: event, key: key, runs: outcome.runs, skipped: outcome.skipped, deliveryID: deliveryID,
                    reason: outcome.reason))
            started(recorded.runs)
            return recorded
        } catch {
            throw TriggerError(.unavailable, "can't store the event: \(error)")
        }
    }
}
