internal import Plan

/// The environment of a job.
public struct JobEnvironmentRepresentation: Codable, Sendable, Equatable {
    public var name: String
    @Nullable public var url: String?
    /// Until when its timer holds the job back.
    @Nullable public var notBefore: String?

    init(_ environment: JobEnvironment) {
        name = environment.name
        url = environment.url
        notBefore = environment.notBefore.map(TimeText.rfc3339)
    }
}

/// An environment, and what it has now.
public struct EnvironmentRepresentation: Codable, Sendable, Equatable {
    public var repository: String
    public var name: String
    /// What protects it, a sentence each.
    public var rules: [String]
    /// The deployment that succeeded last; null: none did.
    @Nullable public var current: EnvironmentDeploymentRepresentation?
    /// The deployment that began last.
    @Nullable public var newest: EnvironmentDeploymentRepresentation?

    init(_ state: EnvironmentState, rules: [String]) {
        repository = state.repository
        name = state.name
        self.rules = rules
        current = state.current.map { EnvironmentDeploymentRepresentation($0) }
        newest = state.newest.map { EnvironmentDeploymentRepresentation($0) }
    }
}

/// `{"environments":[…]}`
public struct EnvironmentListRepresentation: Codable, Sendable, Equatable {
    public var environments: [EnvironmentRepresentation]
}

/// One job's deployment to an environment.
public struct EnvironmentDeploymentRepresentation: Codable, Sendable, Equatable {
    public var id: String
    public var repository: String
    public var environment: String
    public var runId: String
    public var jobId: String
    public var commit: String
    public var ref: String
    public var actor: String
    @Nullable public var url: String?
    /// The earlier deployment that this one brings back.
    @Nullable public var restores: String?
    /// The run whose work is deployed: this one's own, or of a rollback the one that was brought back.
    public var releasedRunId: String
    /// `running`, `succeeded`, `failed`, `cancelled` or `lost`.
    public var status: String
    @Nullable public var reason: String?
    public var startedAt: String
    @Nullable public var finishedAt: String?
    /// What the job changed in ECS; only in a history.
    public var services: [DeploymentRepresentation]

    init(_ deployment: EnvironmentDeployment, services: [Deployment] = []) {
        id = String(deployment.id)
        repository = deployment.repository
        environment = deployment.environment
        runId = String(deployment.runID)
        jobId = String(deployment.jobID)
        commit = deployment.commit
        ref = deployment.ref
        actor = deployment.actor
        url = deployment.url
        restores = deployment.restores.map { String($0) }
        releasedRunId = String(deployment.releasedRunID)
        status = deployment.status.rawValue
        reason = deployment.reason
        startedAt = TimeText.rfc3339(deployment.startedAt)
        finishedAt = deployment.finishedAt.map(TimeText.rfc3339)
        self.services = services.map(DeploymentRepresentation.init)
    }
}

/// `{"deployments":[…],"next":…}`
public struct EnvironmentHistoryRepresentation: Codable, Sendable, Equatable {
    public var deployments: [EnvironmentDeploymentRepresentation]
    @Nullable public var next: String?
}
