public import Expressions

/// `concurrency` of a workflow or a job: what shares its group does not run at the same time.
///
/// See "Control the concurrency of workflows and jobs" in GitHub's manual. Names of groups are compared without regard to case.
public struct ConcurrencyPlan: Codable, Equatable, Sendable {
    /// What may wait for the group.
    public enum Queue: String, Codable, Sendable {
        /// One: a newer one that has to wait takes the place of an older one, which ends as cancelled.
        case single
        /// Any number, in the order in which they came.
        case max
    }

    public var group: Template
    public var cancelInProgress: Template?
    public var queue: Queue

    public init(group: Template, cancelInProgress: Template? = nil, queue: Queue = .single) {
        self.group = group
        self.cancelInProgress = cancelInProgress
        self.queue = queue
    }
}

/// `environment` of a job: the deployment environment it belongs to.
public struct EnvironmentReference: Codable, Equatable, Sendable {
    public var name: Template
    public var url: Template?

    public init(name: Template, url: Template? = nil) {
        self.name = name
        self.url = url
    }
}
