internal import Plan
internal import Store

extension Run {
    /// Whether it has begun, and waits for nothing but a person: nothing of it runs until somebody answers.
    /// - Parameter jobs: the newest attempt at each of its jobs.
    func stands(by jobs: [Job]) -> Bool { waitsFor(jobs) != nil }

    /// How the pages show it.
    func mood(stands: Bool) -> Mood { stands ? Mood(status: .waiting, conclusion: nil) : Mood(self) }
}

extension WebSite {
    /// Those of the runs that wait for nothing but a person.
    func standing(_ runs: [Run]) async throws -> Set<Int64> { Set(try await turns(of: runs).keys) }

    /// What those of the runs wait for that wait for nothing but a person.
    func turns(of runs: [Run]) async throws -> [Int64: PersonsTurn] {
        let running = runs.filter { $0.status == .running }
        guard !running.isEmpty else { return [:] }
        let jobs = try await store.jobs(ofRuns: running.map(\.id))
        return Dictionary(
            running.compactMap { run in run.waitsFor(jobs[run.id] ?? []).map { (run.id, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Runs in a list, each with what it waits for.
    func representations(of runs: [Run]) async throws -> [RunRepresentation] {
        let turns = try await turns(of: runs)
        return runs.map { RunRepresentation($0, turn: turns[$0.id]) }
    }
}
