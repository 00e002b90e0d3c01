internal import Expressions
internal import Plan

/// Two runs beside each other.
public struct ComparisonRepresentation: Codable, Sendable, Equatable {
    public struct Side: Codable, Sendable, Equatable {
        public var runId: String
        public var title: String
        public var ref: String
        public var commit: String
        public var status: String
        @Nullable public var conclusion: String?
        public var createdAt: String
        /// What it deployed: `name@digest`.
        public var images: [String]

        init(_ side: RunComparison.Side) {
            runId = String(side.run.id)
            title = side.run.title
            ref = side.run.ref
            commit = side.run.commit
            status = side.run.status.rawValue
            conclusion = side.run.conclusion?.rawValue
            createdAt = TimeText.rfc3339(side.run.createdAt)
            images = side.images
        }
    }

    public struct CommitRepresentation: Codable, Sendable, Equatable {
        public var id: String
        public var title: String
        public var author: String

        init(_ commit: CommitLine) { (id, title, author) = (commit.id, commit.title, commit.author) }
    }

    public struct Measured: Codable, Sendable, Equatable {
        public var gate: String
        /// Null where the job that has the gate is called otherwise in the other run.
        @Nullable public var job: String?
        /// Of the gates of the name in the job, from 1.
        public var place: Int
        public var name: String
        @Nullable public var slice: String?
        @Nullable public var left: Double?
        @Nullable public var right: Double?
        /// How far the right one is above the left one.
        @Nullable public var difference: Double?
    }

    public struct Input: Codable, Sendable, Equatable {
        public var name: String
        @Nullable public var left: String?
        @Nullable public var right: String?
    }

    public struct Work: Codable, Sendable, Equatable {
        public var name: String
        @Nullable public var leftSeconds: Double?
        @Nullable public var rightSeconds: Double?
        @Nullable public var leftConclusion: String?
        @Nullable public var rightConclusion: String?
    }

    public var repository: String
    public var left: Side
    public var right: Side
    public var metrics: [Measured]
    public var inputs: [Input]
    public var jobs: [Work]
    /// What only the right one's history has, and only the left one's, the newest first, up to 100; null where it is not known.
    @Nullable public var addedCommits: [CommitRepresentation]?
    @Nullable public var removedCommits: [CommitRepresentation]?

    init(_ comparison: RunComparison) {
        let (left, right) = (comparison.left, comparison.right)
        repository = left.run.repository
        self.left = Side(left)
        self.right = Side(right)
        addedCommits = comparison.added.map { $0.map(CommitRepresentation.init) }
        removedCommits = comparison.removed.map { $0.map(CommitRepresentation.init) }
        metrics = comparison.metrics.map { key in
            let (before, after) = (left.value(key), right.value(key))
            return Measured(
                gate: key.gate, job: key.job, place: key.place, name: key.name, slice: key.slice, left: before, right: after,
                difference: Metric.difference(after, before))
        }
        inputs = comparison.inputNames.map {
            Input(name: $0, left: left.inputs[$0]?.displayString, right: right.inputs[$0]?.displayString)
        }
        jobs = comparison.jobNames.map {
            Work(
                name: $0, leftSeconds: left.seconds($0), rightSeconds: right.seconds($0),
                leftConclusion: left.conclusion($0)?.rawValue, rightConclusion: right.conclusion($0)?.rawValue)
        }
    }
}
