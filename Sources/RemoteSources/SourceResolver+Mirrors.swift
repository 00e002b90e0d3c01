internal import FoundationEssentials
internal import Git
internal import Plan

extension SourceResolver {
    /// A fetch that is under way or over. What it awaits is the fetcher, which ends by its timeout.
    struct Fetch {
        var number: Int
        var task: Task<GitError?, Never>
    }

    /// That a server did not answer.
    struct Outage {
        var number: Int
        var error: SourceError
    }

    /// Brings the mirror to what the server has, unless that happened since the session began.
    func fetch(_ place: SourcePlace, _ session: Session) async throws(SourceError) {
        while let fetch = fetches[place.mirror] {
            let failure = await fetch.task.value
            if fetch.number > session.number { return try Self.check(failure, place) }
            // Fetches of one mirror don't overlap, and others may have begun one while this was awaited.
            if fetches[place.mirror]?.number == fetch.number { break }
        }
        if let outage = outages[place.server], outage.number > session.number { throw outage.error }
        count += 1
        let number = count
        let (fetcher, request) = (fetcher, place.request)
        // Awaited below, and by whoever needs the same mirror.
        let task = Task { () async -> GitError? in
            do throws(GitError) { try await fetcher.fetch(request) } catch { return error }
            return nil
        }
        fetches[place.mirror] = Fetch(number: number, task: task)
        let failure = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        if failure == nil { await noteMoves(at: place) }
        do { try Self.check(failure, place) } catch {
            if error.isTransient { outages[place.server] = Outage(number: number, error: error) }
            throw error
        }
    }

    private static func check(_ failure: GitError?, _ place: SourcePlace) throws(SourceError) {
        guard let failure else { return }
        let isTransient = failure.isTransient || failure.kind == .io || failure.kind == .cancelled
        throw SourceError(isTransient ? .unreachable : .unusable, "\(place.name) can't be had: \(failure)")
    }

    // MARK: - Reading

    func has(_ commit: ObjectID, at place: SourcePlace) async throws(SourceError) -> Bool {
        try await read(place) { mirror throws(GitError) in try mirror.peeled(commit) == commit } ?? false
    }

    /// The tag or branch of that name, a tag first, as Git itself has it.
    func find(_ ref: String, at place: SourcePlace) async throws(SourceError) -> (LockedReference.Kind, ObjectID)? {
        let names = ref.hasPrefix("refs/") ? [ref] : ["refs/tags/\(ref)", "refs/heads/\(ref)", "refs/\(ref)"]
        return try await read(place) { mirror throws(GitError) in
            for name in names where name.hasPrefix("refs/tags/") || name.hasPrefix("refs/heads/") {
                guard let target = try mirror.target(of: name), let commit = try mirror.peeled(target) else { continue }
                return (name.hasPrefix("refs/tags/") ? .tag : .branch, commit)
            }
            return nil
        } ?? nil
    }

    /// The text of a file of a commit; nil where there is none.
    func text(of path: String, at source: ResolvedSource) async throws(SourceError) -> String? {
        do {
            return try await queue.run { () throws(GitError) in
                try Mirror.open(existing: source.mirror).file(at: path, in: source.commit).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
        } catch {
            throw SourceError(.unreachable, "the mirror of \(source.reference.repository) can't be read: \(error)")
        }
    }

    /// The commit that a reference abbreviates.
    func abbreviated(_ ref: String, at place: SourcePlace) async throws(SourceError) -> ObjectID? {
        guard ref.utf8.count >= 7, ref.allSatisfy(\.isHexDigit) else { return nil }
        return try await read(place) { mirror throws(GitError) in try mirror.resolve(ref) } ?? nil
    }

    /// Nil where there is no mirror yet.
    private func read<Value: Sendable>(
        _ place: SourcePlace, _ body: @escaping @Sendable (Mirror) throws(GitError) -> Value
    ) async throws(SourceError) -> Value? {
        let path = place.mirror
        do {
            return try await queue.run { () throws(GitError) -> Value? in
                guard Mirror.exists(at: path) else { return nil }
                return try body(Mirror.open(existing: path))
            }
        } catch {
            throw SourceError(.unreachable, "the mirror of \(place.name) can't be read: \(error)")
        }
    }

    // MARK: - The lock

    func entry(for reference: SourceReference) async throws(SourceError) -> LockedReference? {
        do { return try await lock.entry(for: reference.repository, reference: reference.ref) } catch {
            throw SourceError(.unreachable, "the lock of \(reference.repository) can't be read: \(error)")
        }
    }

    func keep(_ entry: LockedReference) async throws(SourceError) {
        do { try await lock.keep(entry) } catch {
            throw SourceError(.unreachable, "the lock of \(entry.repository) can't be written: \(error)")
        }
    }
}
