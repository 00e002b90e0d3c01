internal import GRDB
internal import Plan

extension Store {
    /// Names and branches to choose from.
    private static let mostChoices = 200
    /// Metrics that one history is read for: ten gates of the largest size.
    private static let mostMetrics = 20_000

    /// What a gate measured in the last runs; in fewer than `limit` where they have more than 20,000 metrics together.
    ///
    /// - Parameter preferred: the branch that is shown where the choice has none.
    public func gateHistory(
        of repository: String, _ choice: GateHistory.Choice = .init(), preferring preferred: String?, limit: Int = 100
    ) async throws(StoreError) -> GateHistory {
        let most = Self.mostChoices
        return try await read("read what gates of \(repository) measured") { database in
            var history = GateHistory(gates: try GatesTable.names(of: repository, limit: most, database))
            guard let gate = history.gates.first(where: { $0 == choice.gate }) ?? history.gates.first else { return history }
            history.jobs = try GatesTable.jobs(of: repository, named: gate, limit: most, database)
            let wishes = [choice.branch, preferred].compactMap(\.self)
            let job =
                try history.jobs.first { $0 == choice.job }
                ?? wishes.lazy.compactMap { try GatesTable.newestJob(of: repository, named: gate, branch: $0, database) }.first
                ?? history.jobs.first ?? ""
            history.places = try GatesTable.places(of: repository, named: gate, job: job, limit: most, database)
            let place = history.places.first { $0 == choice.place } ?? history.places.first ?? 1
            let series = GateSeries(gate: gate, job: job, place: place)
            history.branches = try GatesTable.branches(of: repository, in: series, limit: most, database)
            let branch = wishes.first(where: history.branches.contains) ?? history.branches.first
            history.chosen = GateHistory.Choice(gate: gate, job: job, place: place, branch: branch)
            guard let branch else { return history }
            let newest = try GatesTable.newest(
                of: repository, in: series, branch: branch, limit: limit, metrics: Self.mostMetrics, database)
            history.points = try newest.reversed().compactMap { try Self.point($0, in: series, database) }
            return history
        }
    }

    private static func point(
        _ stored: StoredGate, in series: GateSeries, _ database: Database
    ) throws -> GateHistory.Point? {
        guard let run = try RunsTable.run(stored.runID, database) else { return nil }
        let deployed = try DeploymentMoment.last(ofRun: run.id, database).flatMap { moment in
            try GatesTable.newest(ofRun: run.id, in: series, before: moment, database)
        }
        return GateHistory.Point(stored: deployed ?? stored, run: run, isDeployed: deployed != nil)
    }
}
