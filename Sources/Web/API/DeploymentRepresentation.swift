internal import Plan

/// What a service was given to run.
public struct DeploymentRepresentation: Codable, Sendable, Equatable {
    public struct Image: Codable, Sendable, Equatable {
        public var container: String
        public var name: String
        /// `sha256:…`; null where it was not looked for.
        @Nullable public var digest: String?
    }

    public var id: String
    public var runId: String
    public var jobId: String
    public var region: String
    public var cluster: String
    public var service: String
    public var taskDefinition: String
    /// What the service ran before; null where nothing.
    @Nullable public var previousTaskDefinition: String?
    /// Empty where it is not known: of a rollback to what Slipway has not deployed.
    public var commit: String
    public var images: [Image]
    /// The deployment that this one undoes.
    @Nullable public var undoes: String?
    /// `running`, `begun`, `succeeded`, `failed`, `rolled_back`, `superseded`, `cancelled` or `lost`.
    public var status: String
    @Nullable public var reason: String?
    public var startedAt: String
    @Nullable public var finishedAt: String?

    init(_ deployment: Deployment) {
        id = String(deployment.id)
        runId = String(deployment.runID)
        jobId = String(deployment.jobID)
        region = deployment.region
        cluster = deployment.cluster
        service = deployment.service
        taskDefinition = deployment.taskDefinition
        previousTaskDefinition = deployment.previousTaskDefinition
        commit = deployment.commit
        images = deployment.images.map { Image(container: $0.container, name: $0.name, digest: $0.digest) }
        undoes = deployment.undoes.map { String($0) }
        status = deployment.status.rawValue
        reason = deployment.reason
        startedAt = TimeText.rfc3339(deployment.startedAt)
        finishedAt = deployment.finishedAt.map(TimeText.rfc3339)
    }
}

/// `{"deployments":[…]}`
public struct DeploymentListRepresentation: Codable, Sendable, Equatable {
    public var deployments: [DeploymentRepresentation]
}
