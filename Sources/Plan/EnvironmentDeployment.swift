public import FoundationEssentials

/// One job's deployment to an environment, whatever it was that the job deployed. Made when the job starts, ended when it ends.
///
/// The changes of services of ECS that belong to it are the `Deployment`s of the same job.
public struct EnvironmentDeployment: Codable, Equatable, Sendable, Identifiable {
    /// Grows, and is never given again.
    public var id: Int64
    public var repository: String
    /// Upper and lower case are the same.
    public var environment: String
    public var runID: Int64
    public var jobID: Int64
    public var commit: String
    public var ref: String
    /// Who caused the run.
    public var actor: String
    /// What the pipeline says of where to look at it; not checked in any way.
    public var url: String?
    /// The earlier deployment that this one brings back.
    public var restores: Int64?
    /// The run whose work is deployed: this one's own, or of a rollback the one that made what was brought back.
    public var releasedRunID: Int64
    /// `running`, `succeeded`, `failed`, `cancelled` or `lost`.
    public var status: Deployment.Status
    /// How it ended, in a sentence.
    public var reason: String?
    public var startedAt: Date
    public var finishedAt: Date?

    public init(
        id: Int64, repository: String, environment: String, runID: Int64, jobID: Int64, commit: String, ref: String,
        actor: String, url: String? = nil, restores: Int64? = nil, releasedRunID: Int64? = nil,
        status: Deployment.Status = .running,
        reason: String? = nil, startedAt: Date, finishedAt: Date? = nil
    ) {
        self.id = id
        self.repository = repository
        self.environment = environment
        self.runID = runID
        self.jobID = jobID
        self.commit = commit
        self.ref = ref
        self.actor = actor
        self.url = url
        self.restores = restores
        self.releasedRunID = releasedRunID ?? runID
        self.status = status
        self.reason = reason
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// An environment of a repository that something was deployed to.
public struct EnvironmentState: Codable, Equatable, Sendable {
    public var repository: String
    public var name: String
    /// What is deployed now: the deployment that succeeded last. Nil: none did, as far as its runs are kept.
    public var current: EnvironmentDeployment?
    /// The deployment that began last.
    public var newest: EnvironmentDeployment?

    public init(
        repository: String, name: String, current: EnvironmentDeployment? = nil, newest: EnvironmentDeployment? = nil
    ) {
        self.repository = repository
        self.name = name
        self.current = current
        self.newest = newest
    }
}
