public import Expressions
public import FoundationEssentials

/// `concurrency` of a workflow or a job: what shares its group does not run at the same time.
///
/// See "Control the concurrency of workflows and jobs" in GitHub's manual. Names of groups are compared without regard to case.
public struct ConcurrencyPlan: Codable, Equatable, Sendable {
    /// What may wait for the group.
    public enum Queue: String, Codable, Sendable, CaseIterable {
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

/// A place in a concurrency group, of a run or a job: it is in the group, or waits for it.
///
/// Stored with the run or job, so that a restarted daemon finds the groups as they were.
public struct ConcurrencyClaim: Codable, Equatable, Sendable {
    /// The group's name, evaluated. One group is all that have the same name in a repository, whatever the case.
    public var group: String
    public var cancelsInProgress: Bool
    public var queue: ConcurrencyPlan.Queue
    /// When it began to wait: the group goes to those who wait in this order.
    public var since: Date
    /// Whether it is in the group.
    public var isHeld: Bool
    /// Of a place in the queue of an environment's deploy lock, for which `group` is the environment's name. Nil: the place is in a
    /// concurrency group.
    public var deployTurn: DeployTurn?

    public init(
        group: String, cancelsInProgress: Bool = false, queue: ConcurrencyPlan.Queue = .single, since: Date, isHeld: Bool = false,
        deployTurn: DeployTurn? = nil
    ) {
        self.group = group
        self.cancelsInProgress = cancelsInProgress
        self.queue = queue
        self.since = since
        self.isHeld = isHeld
        self.deployTurn = deployTurn
    }
}

/// How a job stands in the queue of its environment's deploy lock.
public enum DeployTurn: String, Codable, Equatable, Sendable {
    /// In the order of the runs; over where a newer run has deployed the same.
    case inOrder = "in_order"
    /// Somebody asked for just this deploy, whatever was deployed before: after those who wait already.
    case onPurpose = "on_purpose"
    /// It brings back what was there before, and waits for nobody.
    case goesBack = "goes_back"
}

/// `environment` of a job: the deployment environment it belongs to.
public struct EnvironmentReference: Codable, Equatable, Sendable {
    public var name: Template
    public var url: Template?
    /// Whether the job makes a deployment. Nil: it does.
    public var makesDeployment: Template?
    /// Whether the job goes back to what was there before, which no protection holds up. Nil: it does not. No pipeline can say so.
    public var goesBack: Bool?
    /// Of a rollback: the earlier deployment that it brings back, where that is known.
    public var restores: Int64?

    public init(
        name: Template, url: Template? = nil, makesDeployment: Template? = nil, goesBack: Bool? = nil, restores: Int64? = nil
    ) {
        self.name = name
        self.url = url
        self.makesDeployment = makesDeployment
        self.goesBack = goesBack
        self.restores = restores
    }
}
