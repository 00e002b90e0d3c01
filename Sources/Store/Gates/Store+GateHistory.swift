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
            if let gate = choice.gate, try !GatesTable.jobs(of: repository, named: gate, limit: 1, database).isEmpty {
                history.gates.addIfMissing(gate)
            }
            guard let gate = history.gates.first(where: { $0 == choice.gate }) ?? history.gates.first else {
                history.missing = choice.gate.map { [.gate($0)] } ?? []
                return history
            }
            history.jobs = try GatesTable.jobs(of: repository, named: gate, limit: most, database)
            if let job = choice.job, try !GatesTable.places(of: repository, named: gate, job: job, limit: 1, database).isEmpty {
                history.jobs.addIfMissing(job)
            }
            let wishes = [choice.branch, preferred].compactMap(\.self)
            let job =
                try history.jobs.first { $0 == choice.job }
                ?? wishes.lazy.compactMap { try GatesTable.newestJob(of: repository, named: gate, branch: $0, database) }.first
                ?? history.jobs.first ?? ""
            history.places = try GatesTable.places(of: repository, named: gate, job: job, limit: most, database)
            let place = history.places.first { $0 == choice.place } ?? history.places.first ?? 1
            let series = GateSeries(gate: gate, job: job, place: place)
            history.branches = try GatesTable.branches(of: repository, in: series, limit: most, database)
            if let branch = choice.branch,
                try !GatesTable.newest(of: repository, in: series, branch: branch, limit: 1, metrics: .max, database).isEmpty
            {
                history.branches.addIfMissing(branch)
            }
            let branch = wishes.first(where: history.branches.contains) ?? history.branches.first
            history.chosen = GateHistory.Choice(gate: gate, job: job, place: place, branch: branch)
            history.missing = try Self.missing(of: choice, in: history, of: repository, database)
            guard let branch else { return history }
            let newest = try GatesTable.newest(
                of: repository, in: series, branch: branch, limit: limit, metrics: Self.mostMetrics, database)
            history.points = try newest.reversed().compactMap { try Self.point($0, in: series, database) }
            return history
        }
    }

    private static func missing(
        of choice: GateHistory.Choice, in history: GateHistory, of repository: String, _ database: Database
    ) throws -> [GateHistory.Missing] {
        let chosen = history.chosen
        var missing: [GateHistory.Missing] = []
        if let gate = choice.gate, gate != chosen.gate { missing.append(.gate(gate)) }
        if let job = choice.job, job != chosen.job {
            let isElsewhere = try history.gates.contains {
                try !GatesTable.places(of: repository, named: $0, job: job, limit: 1, database).isEmpty
            }
            missing.append(.job(job, isElsewhere: isElsewhere))
        }
        if let place = choice.place, place != chosen.place { missing.append(.place(place)) }
        if let branch = choice.branch, branch != chosen.branch {
            let isElsewhere = try history.gates.contains {
                try GatesTable.newestJob(of: repository, named: $0, branch: branch, database) != nil
            }
            missing.append(.branch(branch, isElsewhere: isElsewhere))
        }
        return missing
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

extension [String] {
    /// Of many, only some are listed: the one that is asked for always is.
    fileprivate mutating func addIfMissing(_ name: String) {
        if !contains(name) { append(name) }
    }
}
