/// What has changed, so that a reader knows what to read again. It is a hint: the store holds the truth.
public struct StoreChange: Equatable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// An event was recorded, with this run or, where `runID` is nil, without any.
        case recorded
        /// The run itself changed; perhaps some of its jobs too.
        case run
        /// Jobs of the run came, changed or went; the run's own row did not change.
        case jobs
        /// A job's steps, annotations or log grew.
        case progress
        /// A job's step summary grew.
        case summary
        /// Artifacts of the run were stored or removed.
        case artifacts
        /// Deployments of the run began or ended.
        case deployments
        /// Cached files of the repository were stored, used or removed.
        case caches
        /// The run was deleted by retention.
        case removed
        /// The remote of the repository went down, came back, or fails in another way.
        case remote
        /// The subscriber was slow and changes before this one were dropped: read everything again.
        case missed
    }

    public var kind: Kind
    public var runID: Int64?
    public var repository: String?
    /// The jobs concerned, where the change is about some.
    public var jobIDs: [Int64]

    public init(kind: Kind, runID: Int64? = nil, repository: String? = nil, jobIDs: [Int64] = []) {
        self.kind = kind
        self.runID = runID
        self.repository = repository
        self.jobIDs = jobIDs
    }
}
