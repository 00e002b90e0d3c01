internal import GRDB
internal import Plan

extension Store {
    /// Names and branches to choose from.
    private static let mostChoices = 200
    /// Metrics that one history is read for: ten gates of the largest size.
    private static let mostMetrics = 20_000

    /// What a gate measured in the last runs; in fewer than `limit` where they have more than 20,000 metrics together.
    ///
    /// - Parameters:
    ///   - gate: nil, or one that there is not: the first.
    ///   - branch: nil, or one that the gate did not run on: the preferred one, else the first.
    public func gateHistory(
        of repository: String, gate: String?, branch: String?, preferring preferred: String?, limit: Int = 100
    ) async throws(StoreError) -> GateHistory {
        try await read("read what gates of \(repository) measured") { database in
            let gates = try GatesTable.names(of: repository, limit: Self.mostChoices, database)
            guard let name = gates.first(where: { $0 == gate }) ?? gates.first else {
                return GateHistory(gates: [], branches: [], gate: nil, branch: nil, points: [])
            }
            let branches = try GatesTable.branches(of: repository, named: name, limit: Self.mostChoices, database)
            let chosen = [branch, preferred].compactMap(\.self).first(where: branches.contains) ?? branches.first
            let rows = try chosen.map { branch in
                try GatesTable.newest(
                    of: repository, named: name, branch: branch, limit: limit, metrics: Self.mostMetrics, database)
            }
            var points: [GateHistory.Point] = []
            for stored in rows ?? [] where points.last?.run.id != stored.runID {
                guard let run = try RunsTable.run(stored.runID, database) else { continue }
                let deployed = try DeploymentMoment.last(ofRun: run.id, database).flatMap { moment in
                    try GatesTable.newest(ofRun: run.id, named: name, before: moment, database)
                }
                points.append(.init(stored: deployed ?? stored, run: run, isDeployed: deployed != nil))
            }
            return GateHistory(gates: gates, branches: branches, gate: name, branch: chosen, points: points.reversed())
        }
    }
}
