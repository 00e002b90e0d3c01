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

    /// What is asked for. Nil, or what there is not (`missing` says so): the first gate; of its jobs the one that ran last on the
    /// branch; the first of the name in it; the preferred branch, else the first.
    public struct Choice: Equatable, Sendable {
        public var gate: String?
        /// The name of the job, with its cell of a matrix.
        public var job: String?
        /// Of the gates of the name in the job, from 1.
        public var place: Int?
        public var branch: String?

        public init(gate: String? = nil, job: String? = nil, place: Int? = nil, branch: String? = nil) {
            self.gate = gate
            self.job = job
            self.place = place
            self.branch = branch
        }
    }

    /// Something that was asked for and is not there.
    public enum Missing: Equatable, Sendable {
        case gate(String)
        /// - Parameter isElsewhere: another gate of the repository is in such a job.
        case job(String, isElsewhere: Bool)
        case place(Int)
        /// - Parameter isElsewhere: another gate of the repository, or this one in another job, has run on it.
        case branch(String, isElsewhere: Bool)
    }

    /// The names of the repository's gates.
    public var gates: [String]
    /// The jobs that have the chosen one, its places in the chosen job, and the branches on which that one ran.
    public var jobs: [String]
    public var places: [Int]
    public var branches: [String]
    /// What is shown. All nil where no gate ran yet.
    public var chosen: Choice
    /// What of the choice there is not: others are shown in its place.
    public var missing: [Missing] = []
    /// Oldest first. Old ones are left out where all have too many metrics to be read at once.
    public var points: [Point]

    public init(
        gates: [String] = [], jobs: [String] = [], places: [Int] = [], branches: [String] = [], chosen: Choice = Choice(),
        points: [Point] = []
    ) {
        self.gates = gates
        self.jobs = jobs
        self.places = places
        self.branches = branches
        self.chosen = chosen
        self.points = points
    }
}
