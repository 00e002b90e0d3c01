public import FoundationEssentials
public import Git
public import Plan

/// Turns references to other repositories into commits that are on this host.
///
/// What is locked and here needs no network. Everything else is fetched in whole mirrors, each repository once however many
/// ask for it at the same time.
public actor SourceResolver {
    /// One piece of work that needs several references: what was fetched for one of them is new enough for the others, and a
    /// server that failed for one is not asked again for the others.
    public struct Session: Sendable {
        /// Whether branches are asked for their newest commit. If not, the commit that was used last will do.
        public var followsBranches: Bool
        let number: Int
    }

    let rules: @Sendable () -> SourceRules
    let folder: String
    let lock: any ReferenceLock
    let fetcher: any MirrorFetcher
    let now: @Sendable () -> Date
    let background: @Sendable (@escaping @Sendable () async -> Void) -> Void
    let report: @Sendable (String) -> Void
    let queue = BlockingQueue(label: "slipway.sources")
    /// Counts fetches and sessions, to tell which came first.
    var count = 0
    /// The latest fetch of each mirror, by its path, also when it is over.
    var fetches: [String: Fetch] = [:]
    /// The latest failure of each server.
    var outages: [String: Outage] = [:]
    /// What was read of actions.
    var contents: [ActionKey: ActionContents] = [:]
    /// When a check of a mirror's tags was begun last.
    var checks: [String: Date] = [:]

    /// - Parameters:
    ///   - folder: the mirrors lie below it.
    ///   - background: does work that nobody waits for.
    ///   - report: told of what is no run's fault.
    public init(
        folder: String, rules: @escaping @Sendable () -> SourceRules, lock: any ReferenceLock, fetcher: any MirrorFetcher,
        now: @escaping @Sendable () -> Date, background: @escaping @Sendable (@escaping @Sendable () async -> Void) -> Void,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.rules = rules
        self.lock = lock
        self.fetcher = fetcher
        self.now = now
        self.background = background
        self.report = report
    }

    public func session(followsBranches: Bool) -> Session {
        count += 1
        return Session(followsBranches: followsBranches, number: count)
    }

    /// - Parameter repository: the name, in the settings, of the repository whose run needs it.
    public func resolve(
        _ reference: SourceReference, for repository: String, in session: Session
    ) async throws(SourceError) -> ResolvedSource {
        let rules = rules()
        guard rules.allowed.allows(reference) else {
            throw SourceError(.refused, "\(reference) is not allowed: the settings' actions.allow does not name it")
        }
        let place = try SourcePlace(of: reference.repository, for: repository, rules: rules, folder: folder)
        if let id = reference.commit.flatMap({ ObjectID($0) }) {
            return try await resolve(commit: id, of: reference, at: place, session)
        }
        let known = try await entry(for: reference)
        if let known, let commit = ObjectID(known.commit), try await has(commit, at: place) {
            if isSettled(known, rules, session) {
                checkLater(place, known, rules)
                return resolved(reference, known, at: place)
            }
            return try await follow(reference, from: known, at: place, session)
        }
        try await fetch(place, session)
        if let known, known.kind == .tag, !rules.followsTags {
            // The mirror was gone. A tag that moved meanwhile must not bring in its new commit by that.
            guard let commit = ObjectID(known.commit), try await has(commit, at: place) else {
                throw SourceError(
                    .unusable,
                    "\(reference) is locked to the commit \(known.commit), which \(place.address) does not have (any more); take"
                        + " what it has now: slipway action update \(reference.repository)@\(reference.ref)")
            }
            return resolved(reference, try await entry(for: reference) ?? known, at: place)
        }
        return resolved(reference, try await keepNewest(of: reference, at: place), at: place)
    }

    // MARK: - The ways to a commit

    private func resolve(
        commit id: ObjectID, of reference: SourceReference, at place: SourcePlace, _ session: Session
    ) async throws(SourceError) -> ResolvedSource {
        if try await !has(id, at: place) { try await fetch(place, session) }
        guard try await has(id, at: place) else {
            throw SourceError(.unusable, "\(reference): no branch or tag of \(place.address) leads to that commit")
        }
        return ResolvedSource(reference: reference, commit: id, mirror: place.mirror)
    }

    private func follow(
        _ reference: SourceReference, from known: LockedReference, at place: SourcePlace, _ session: Session
    ) async throws(SourceError) -> ResolvedSource {
        do { try await fetch(place, session) } catch {
            guard error.isTransient else { throw error }
            var old = resolved(reference, known, at: place)
            old.warning =
                "\(error.message); used instead: the commit \(known.commit.prefix(7)), which \(reference.ref) named on"
                + " \(Self.day(known.checkedAt))"
            return old
        }
        return resolved(reference, try await keepNewest(of: reference, at: place), at: place)
    }

    /// Whether the entry's commit is to be used without asking anybody.
    private func isSettled(_ known: LockedReference, _ rules: SourceRules, _ session: Session) -> Bool {
        if known.kind == .tag, !rules.followsTags { return true }
        return !session.followsBranches
    }

    /// What the reference names in the mirror, noted in the lock.
    func keepNewest(of reference: SourceReference, at place: SourcePlace) async throws(SourceError) -> LockedReference {
        let ref = reference.ref
        guard let (kind, commit) = try await find(ref, at: place) else {
            if let full = try await abbreviated(ref, at: place) {
                throw SourceError(.unusable, "\(reference) abbreviates a commit; write all of it: \(full)")
            }
            throw SourceError(.unusable, "\(reference): \(place.address) has neither a tag nor a branch \"\(ref)\"")
        }
        let present = now()
        let entry = LockedReference(
            repository: reference.repository.key, reference: ref, kind: kind, commit: commit.description, resolvedAt: present,
            checkedAt: present, current: commit.description)
        try await keep(entry)
        return entry
    }

    func resolved(_ reference: SourceReference, _ entry: LockedReference, at place: SourcePlace) -> ResolvedSource {
        // An entry whose commit is no id was never found in a mirror.
        let commit = ObjectID(entry.commit) ?? .zero
        return ResolvedSource(
            reference: reference, commit: commit, mirror: place.mirror, warning: Self.warning(about: entry))
    }

    private static func warning(about entry: LockedReference) -> String? {
        guard entry.kind == .tag, entry.hasMoved else { return nil }
        let name = "\(entry.repository)@\(entry.reference)"
        let used = "the locked commit \(entry.commit.prefix(7)) of \(day(entry.resolvedAt)) is used"
        guard let current = entry.current else { return "the tag of \(name) is gone from its server; \(used)" }
        return "the tag of \(name) moved from \(entry.commit) to \(current); \(used). To take the new one: slipway action update"
            + " \(name)"
    }

    private static func day(_ date: Date) -> String {
        date.formatted(.iso8601.year().month().day())
    }
}
