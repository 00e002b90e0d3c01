internal import FoundationEssentials
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
    ///
    /// - Parameters:
    ///   - id: of the run whose gate asks.
    ///   - job: the name of the job whose gate it is, with its cell of a matrix.
    ///   - environments: the names that the settings have of a repository's environments.
    public func baseline(
        _ request: BaselineRequest, ofRun id: Int64, job: String,
        environments: @escaping @Sendable (String) -> [String] = { _ in [] }
    ) async throws(StoreError) -> BaselineAnswer {
        try await read("find the baseline of run \(id)") { database in
            guard let run = try RunsTable.run(id, database) else {
                return BaselineAnswer(.unexpected, note: "the run is not in the store any more")
            }
            let query = BaselineQuery(
                database: database, run: run, gate: request.gate, environments: environments(run.repository))
            switch try query.find(request.source) {
            case .nothing(let absence, let note): return BaselineAnswer(absence, note: note)
            case .run(let other, let words, let moment):
                switch try GatesTable.counterpart(
                    ofRun: other.id, named: request.gate, job: job, ofRun: run.id, number: request.number, before: moment,
                    database)
                {
                case .gate(let stored):
                    let baseline = GateBaseline(words: words, run: other.id, commit: other.commit)
                    return BaselineAnswer(baseline: baseline, metrics: stored.gate.metrics)
                case .ambiguous(let jobs):
                    return BaselineAnswer(
                        .unexpected,
                        note:
                            "\(words) has a gate \"\(request.gate)\" in \(jobs.joined(separator: ", ")), and none in \(job): give each "
                            + "gate a name of its own")
                case .none:
                    let names = try GatesTable.names(ofRun: other.id, database)
                    let others = names.isEmpty ? "" : "; it has those of \(names.joined(separator: ", "))"
                    return BaselineAnswer(
                        .unexpected, note: "\(words) has no metrics of a gate \"\(request.gate)\"\(others)")
                }
            }
        }
    }
}

/// Finds the run that a gate compares with.
private struct BaselineQuery {
    enum Finding {
        /// The run, what it is, and when it made the deployment that is meant.
        case run(Run, words: String, deployedAt: DeploymentMoment? = nil)
        /// Why there is none.
        case nothing(BaselineAnswer.Absence, note: String)
    }

    let database: Database
    /// That asks.
    let run: Run
    let gate: String
    /// Those of the settings.
    let environments: [String]

    private var repository: String { run.repository }

    func find(_ source: BaselineRequest.Source) throws -> Finding {
        switch source {
        case .run(let id):
            guard let run = try RunsTable.run(id, database), run.repository == repository else {
                return .nothing(.unexpected, note: "there is no run \(id) of this repository")
            }
            return .run(run, words: words(run))
        case .branch(let branch): return try newest(of: branch)
        case .deployed(let environment?): return try deployed(in: environment)
        case .deployed(nil): return try deployed()
        }
    }

    private func newest(of branch: String) throws -> Finding {
        let newest = try GatesTable.newestSuccess(of: repository, named: gate, branch: branch, database)
        if let newest, let run = try RunsTable.run(newest, database) {
            return .run(run, words: "\(words(run)), the newest of the branch \(branch) that succeeded")
        }
        let missing = "no run of the branch \(branch) with a gate \"\(gate)\" succeeded yet"
        guard try RunsTable.has(branch, of: repository, database) else {
            return .nothing(.unexpected, note: "\(missing), and there is no run of this branch at all")
        }
        guard try !RunsTable.has(branch, of: repository, conclusion: .success, database) else {
            return .nothing(.unexpected, note: "\(missing), though runs of this branch did")
        }
        return .nothing(.notYet, note: missing)
    }

    /// What is deployed now: the newest that was judged before. A stage on the way to the gate, where what it is to judge was
    /// deployed, is passed over.
    private func deployed() throws -> Finding {
        var found: [(startedAt: Date, deployed: Deployed)] = []
        for service in try DeploymentsTable.standing(of: repository, database) {
            found.append((service.startedAt, .service(service)))
        }
        for current in try EnvironmentsTable.all(of: repository, database).compactMap(\.current) {
            found.append((current.startedAt, .environment(current)))
        }
        found.sort { $0.startedAt > $1.startedAt }
        guard let newest = try found.first(where: { try !isOnTheWay($0.deployed) }) else {
            let note =
                found.isEmpty
                ? "nothing of this repository is deployed yet"
                : "what is deployed of this repository was not measured by a gate \"\(gate)\" before"
            return .nothing(.notYet, note: note)
        }
        switch newest.deployed {
        case .environment(let current): return try self.current(current)
        case .service(let service): return try standing(service)
        }
    }

    private enum Deployed {
        case environment(EnvironmentDeployment)
        case service(Deployment)
    }

    /// Whether it was deployed for the gate to judge it: by the attempt that asks, or by a run whose gate came after it.
    private func isOnTheWay(_ deployed: Deployed) throws -> Bool {
        let (id, moment) =
            switch deployed {
            case .environment(let current): try (current.releasedRunID, DeploymentMoment(current, database))
            case .service(let service): try origin(service)
            }
        if id == run.id, try JobsTable.job(moment.jobID, database)?.attempt == run.attempt { return true }
        return try GatesTable.has(gate, ofRun: id, database) && !GatesTable.has(gate, ofRun: id, before: moment, database)
    }

    private func origin(_ service: Deployment) throws -> (Int64, DeploymentMoment) {
        let origin = try DeploymentsTable.origin(of: service, database)
        return (origin.runID, DeploymentMoment(origin))
    }

    /// What was rolled back to was measured by the run that deployed it first.
    private func standing(_ service: Deployment) throws -> Finding {
        let origin = try DeploymentsTable.origin(of: service, database)
        guard let run = try RunsTable.run(origin.runID, database) else {
            return .nothing(.unexpected, note: "the run \(origin.runID), which is deployed, is gone")
        }
        return .run(
            run, words: "\(words(run)), which is deployed to the service \(service.service)", deployedAt: DeploymentMoment(origin)
        )
    }

    /// A name that neither the settings nor the store know is most often misspelt, but for a repository that deployed nothing yet.
    private func deployed(in environment: String) throws -> Finding {
        let state = try EnvironmentsTable.state(of: environment, repository: repository, database)
        if let current = state?.current { return try self.current(current) }
        let missing = "nothing of this repository is deployed in \(environment) yet"
        let isKnown = state != nil || environments.contains { $0.lowercased() == environment.lowercased() }
        if !isKnown, case .run = try deployed() {
            return .nothing(.unexpected, note: "\(missing), and neither the settings nor earlier runs have such an environment")
        }
        return .nothing(.notYet, note: missing)
    }

    private func current(_ current: EnvironmentDeployment) throws -> Finding {
        guard let run = try RunsTable.run(current.releasedRunID, database) else {
            return .nothing(
                .unexpected, note: "the run \(current.releasedRunID), which is deployed in \(current.environment), is gone")
        }
        return .run(
            run, words: "\(words(run)), which is deployed in \(current.environment)",
            deployedAt: try DeploymentMoment(current, database))
    }

    private func words(_ run: Run) -> String { "run \(run.id) (\(run.commit.prefix(8)))" }
}
