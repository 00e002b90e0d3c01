internal import GRDB
public import Plan

extension Store {
    /// What the gates of several jobs decided, by the job's id.
    public func gates(ofJobs ids: [Int64]) async throws(StoreError) -> [Int64: [StoredGate]] {
        try await read("read the gates of jobs") { database in
            var gates: [Int64: [StoredGate]] = [:]
            for id in ids { gates[id] = try GatesTable.all(ofJob: id, database) }
            return gates
        }
    }

    // MARK: - Baselines

    /// What a gate of a run compares with: metrics of a run of the same repository, whatever the gate asks for.
    public func baseline(_ request: BaselineRequest, ofRun id: Int64) async throws(StoreError) -> BaselineAnswer {
        try await read("find the baseline of run \(id)") { database in
            guard let run = try RunsTable.run(id, database) else {
                return BaselineAnswer(baseline: nil, metrics: [], note: "the run is not in the store any more")
            }
            let found = try BaselineQuery(database: database, repository: run.repository, gate: request.gate).run(request.source)
            guard let other = found.run else { return BaselineAnswer(baseline: nil, metrics: [], note: found.words) }
            guard let stored = try GatesTable.newest(ofRun: other.id, named: request.gate, database), !stored.gate.metrics.isEmpty
            else {
                let names = try GatesTable.names(ofRun: other.id, database)
                let others = names.isEmpty ? "" : "; it has those of \(names.joined(separator: ", "))"
                return BaselineAnswer(
                    baseline: nil, metrics: [], note: "\(found.words) has no metrics of a gate \"\(request.gate)\"\(others)")
            }
            let baseline = GateBaseline(words: found.words, run: other.id, commit: other.commit)
            return BaselineAnswer(baseline: baseline, metrics: stored.gate.metrics)
        }
    }
}

/// Finds the run that a gate compares with.
private struct BaselineQuery {
    let database: Database
    let repository: String
    let gate: String

    /// - Returns: the run, and what it is; or why there is none.
    func run(_ source: BaselineRequest.Source) throws -> (run: Run?, words: String) {
        switch source {
        case .run(let id):
            guard let run = try RunsTable.run(id, database), run.repository == repository else {
                return (nil, "there is no run \(id) of this repository")
            }
            return (run, words(run))
        case .branch(let branch):
            let newest = try GatesTable.newestSuccess(of: repository, named: gate, branch: branch, database)
            guard let id = newest, let run = try RunsTable.run(id, database) else {
                return (nil, "no run of the branch \(branch) with a gate \"\(gate)\" succeeded yet")
            }
            return (run, "\(words(run)), the newest of the branch \(branch) that succeeded")
        case .deployed(let environment): return try deployed(in: environment)
        }
    }

    /// What is deployed now. What was rolled back to was measured by the run that deployed it first.
    private func deployed(in environment: String?) throws -> (run: Run?, words: String) {
        if let environment {
            guard let current = try EnvironmentsTable.state(of: environment, repository: repository, database)?.current else {
                return (nil, "nothing of this repository is deployed in \(environment) yet")
            }
            return try run(current)
        }
        let service = try DeploymentsTable.newestSuccess(of: repository, database)
        let current = try EnvironmentsTable.all(of: repository, database).compactMap(\.current).max {
            $0.startedAt < $1.startedAt
        }
        if let current, service.map({ $0.startedAt < current.startedAt }) ?? true { return try run(current) }
        guard let service else { return (nil, "nothing of this repository is deployed yet") }
        let origin = try DeploymentsTable.origin(of: service, database)
        guard let run = try RunsTable.run(origin.runID, database) else {
            return (nil, "the run \(origin.runID), which is deployed, is gone")
        }
        return (run, "\(words(run)), which is deployed to the service \(service.service)")
    }

    private func run(_ current: EnvironmentDeployment) throws -> (run: Run?, words: String) {
        guard let run = try RunsTable.run(current.releasedRunID, database) else {
            return (nil, "the run \(current.releasedRunID), which is deployed in \(current.environment), is gone")
        }
        return (run, "\(words(run)), which is deployed in \(current.environment)")
    }

    private func words(_ run: Run) -> String { "run \(run.id) (\(run.commit.prefix(8)))" }
}
