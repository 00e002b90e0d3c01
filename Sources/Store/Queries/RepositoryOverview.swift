public import Plan

/// A repository with what happened there lately.
public struct RepositoryOverview: Equatable, Sendable {
    public var name: String
    /// Newest first.
    public var runs: [Run]
    /// Nil where the remote was never asked.
    public var remote: RemoteStatus?

    public init(name: String, runs: [Run], remote: RemoteStatus?) {
        self.name = name
        self.runs = runs
        self.remote = remote
    }
}

/// An annotation and the job that it belongs to.
public struct JobAnnotation: Equatable, Sendable {
    public var jobID: Int64
    public var annotation: Annotation

    public init(jobID: Int64, annotation: Annotation) {
        self.jobID = jobID
        self.annotation = annotation
    }
}
