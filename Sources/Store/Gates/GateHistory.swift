public import Plan

/// What a gate of a repository measured in the last runs of a branch.
public struct GateHistory: Equatable, Sendable {
    /// The series of the runs of tags, and of pull requests: neither has a branch.
    public static let tags = "refs/tags"
    public static let pullRequests = "refs/pull"

    /// What one run measured: what it deployed, where it deployed something, else what its newest attempt did.
    public struct Point: Equatable, Sendable {
        public var stored: StoredGate
        public var run: Run
        /// Whether that is what it deployed, with success or without waiting for it.
        public var isDeployed: Bool

        public init(stored: StoredGate, run: Run, isDeployed: Bool) {
            self.stored = stored
            self.run = run
            self.isDeployed = isDeployed
        }
    }

    /// The names of the repository's gates, and the branches on which the chosen one ran.
    public var gates: [String]
    public var branches: [String]
    /// Nil where no gate ran yet.
    public var gate: String?
    public var branch: String?
    /// Oldest first. Old ones are left out where all have too many metrics to be read at once.
    public var points: [Point]

    public init(gates: [String], branches: [String], gate: String?, branch: String?, points: [Point]) {
        self.gates = gates
        self.branches = branches
        self.gate = gate
        self.branch = branch
        self.points = points
    }
}
