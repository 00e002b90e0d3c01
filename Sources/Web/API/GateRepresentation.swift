internal import Plan
internal import Store

/// What a gate measured and decided.
public struct GateRepresentation: Codable, Sendable, Equatable {
    public struct Check: Codable, Sendable, Equatable {
        public var condition: String
        /// `required` or `investigated`
        public var kind: String
        /// `passed`, `failed`, `skipped` or `broken`
        public var verdict: String
        @Nullable public var metric: String?
        @Nullable public var slice: String?
        @Nullable public var subject: String?
        @Nullable public var comparison: String?
        @Nullable public var value: Double?
        @Nullable public var threshold: Double?
        @Nullable public var baseline: Double?
        @Nullable public var difference: Double?
        @Nullable public var reason: String?

        init(_ check: GateCheck) {
            condition = check.condition
            kind = check.kind.rawValue
            verdict = check.verdict.rawValue
            metric = check.metric
            slice = check.slice
            subject = check.subject
            comparison = check.comparison
            value = check.value
            threshold = check.threshold
            baseline = check.baseline
            difference = check.difference
            reason = check.reason
        }
    }

    public struct Measured: Codable, Sendable, Equatable {
        public var name: String
        @Nullable public var slice: String?
        public var value: Double
    }

    public struct Baseline: Codable, Sendable, Equatable {
        public var description: String
        @Nullable public var runId: String?
        @Nullable public var commit: String?
    }

    public var id: String
    public var runId: String
    public var jobId: String
    /// The name of the job, with its cell of a matrix.
    public var job: String
    public var number: Int
    /// Of the gates of its name in the job, from 1.
    public var place: Int
    public var name: String
    /// `pass`, `fail` or `investigate`
    public var outcome: String
    public var checks: [Check]
    public var metrics: [Measured]
    @Nullable public var baseline: Baseline?
    public var notes: [String]
    public var createdAt: String

    init(_ stored: StoredGate) {
        let gate = stored.gate
        id = String(stored.id)
        runId = String(stored.runID)
        jobId = String(stored.jobID)
        job = stored.job
        number = gate.number
        place = stored.place
        name = gate.name
        outcome = gate.outcome.rawValue
        checks = gate.checks.map(Check.init)
        metrics = gate.metrics.map { Measured(name: $0.name, slice: $0.slice, value: $0.value) }
        baseline = gate.baseline.map { Baseline(description: $0.words, runId: $0.run.map { String($0) }, commit: $0.commit) }
        notes = gate.notes
        createdAt = TimeText.rfc3339(gate.createdAt)
    }
}

/// `{"gates":[…]}`
public struct GateListRepresentation: Codable, Sendable, Equatable {
    public var gates: [GateRepresentation]
}

/// What a gate measured in the last runs of a branch.
public struct MetricHistoryRepresentation: Codable, Sendable, Equatable {
    public struct Point: Codable, Sendable, Equatable {
        public var runId: String
        public var title: String
        public var commit: String
        public var createdAt: String
        @Nullable public var conclusion: String?
        /// Whether the gate's metrics are of what the run deployed.
        public var isDeployed: Bool
        public var gate: GateRepresentation
    }

    public var repository: String
    public var gates: [String]
    /// Those that have a gate of the chosen name, and how many the chosen one has.
    public var jobs: [String]
    public var places: [Int]
    public var branches: [String]
    @Nullable public var gate: String?
    @Nullable public var job: String?
    @Nullable public var place: Int?
    @Nullable public var branch: String?
    /// Oldest first.
    public var points: [Point]

    init(_ history: GateHistory, repository: String) {
        self.repository = repository
        gates = history.gates
        (jobs, places, branches) = (history.jobs, history.places, history.branches)
        (gate, job, place, branch) = (history.chosen.gate, history.chosen.job, history.chosen.place, history.chosen.branch)
        points = history.points.map { point in
            Point(
                runId: String(point.run.id), title: point.run.title, commit: point.run.commit,
                createdAt: TimeText.rfc3339(point.run.createdAt), conclusion: point.run.conclusion?.rawValue,
                isDeployed: point.isDeployed, gate: GateRepresentation(point.stored))
        }
    }
}
