internal import Plan
internal import Store

extension Run {
    /// Whether it has begun, and waits for nothing but a person: nothing of it runs until somebody answers.
    /// - Parameter jobs: the newest attempt at each of its jobs.
    func stands(by jobs: [Job]) -> Bool {
        guard status == .running else { return false }
        let open = jobs.filter { $0.status != .completed }
        // A call runs as long as what it calls is not over, and does nothing itself.
        return open.contains { $0.awaitsApproval || $0.activePause != nil }
            && open.allSatisfy { $0.status == .waiting || $0.activePause != nil || $0.isCall }
    }

    /// How the pages show it.
    func mood(stands: Bool) -> Mood { stands ? Mood(status: .waiting, conclusion: nil) : Mood(self) }
}

extension WebSite {
    /// Those of the runs that wait for nothing but a person.
    func standing(_ runs: [Run]) async throws -> Set<Int64> {
        let running = runs.filter { $0.status == .running }
        guard !running.isEmpty else { return [] }
        let jobs = try await store.jobs(ofRuns: running.map(\.id))
        return Set(running.filter { $0.stands(by: jobs[$0.id] ?? []) }.map(\.id))
    }
}
