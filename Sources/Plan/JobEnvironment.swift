public import FoundationEssentials

/// The deployment environment that a job belongs to, once its name is known; stored with the job.
public struct JobEnvironment: Codable, Equatable, Sendable {
    /// As the settings write it, or as the pipeline does where they don't name it. Upper and lower case are the same.
    public var name: String
    /// Where what was deployed is to be looked at; evaluated once the job's steps are over.
    public var url: String?
    /// Whether the job makes a deployment; not so where the pipeline wants the environment's secrets and rules only.
    public var isDeployment: Bool
    /// Until when the environment's timer holds the job back.
    public var notBefore: Date?
    /// The earlier deployment that this job brings back.
    public var restores: Int64?

    public init(
        name: String, url: String? = nil, isDeployment: Bool = true, notBefore: Date? = nil, restores: Int64? = nil
    ) {
        self.name = name
        self.url = url
        self.isDeployment = isDeployment
        self.notBefore = notBefore
        self.restores = restores
    }
}
