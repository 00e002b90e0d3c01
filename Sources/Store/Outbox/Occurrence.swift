public import FoundationEssentials
public import Plan

/// Something that happened and that others may be told of, as it was at that moment.
public struct Occurrence: Equatable, Sendable, Identifiable {
    /// The names are those of the events of the webhook.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case runQueued = "run.queued"
        case runStarted = "run.started"
        case runCompleted = "run.completed"
        case jobStarted = "job.started"
        case jobCompleted = "job.completed"
        case approvalRequested = "approval.requested"
        case approvalAnswered = "approval.answered"
        case deploymentStarted = "deployment.started"
        case deploymentCompleted = "deployment.completed"
        case environmentStarted = "environment.started"
        case environmentCompleted = "environment.completed"

        /// What it happened to, of which the occurrence has status, conclusion and reason.
        public enum Subject: Sendable {
            case run
            case job
            /// A service of ECS.
            case deployment
            /// What a job deploys to an environment.
            case environment
        }

        public var subject: Subject {
            switch self {
            case .runQueued, .runStarted, .runCompleted: .run
            case .jobStarted, .jobCompleted, .approvalRequested, .approvalAnswered: .job
            case .deploymentStarted, .deploymentCompleted: .deployment
            case .environmentStarted, .environmentCompleted: .environment
            }
        }
    }

    public var id: Int64
    public var kind: Kind
    public var runID: Int64
    public var jobID: Int64?
    public var deploymentID: Int64?
    /// Of the run.
    public var attempt: Int
    /// Of what it is about: the run, the job or the deployment.
    public var status: String
    public var conclusion: Conclusion?
    public var reason: String?
    public var date: Date

    public init(
        id: Int64 = 0, kind: Kind, runID: Int64, jobID: Int64? = nil, deploymentID: Int64? = nil, attempt: Int = 1,
        status: String, conclusion: Conclusion? = nil, reason: String? = nil, date: Date
    ) {
        self.id = id
        self.kind = kind
        self.runID = runID
        self.jobID = jobID
        self.deploymentID = deploymentID
        self.attempt = attempt
        self.status = status
        self.conclusion = conclusion
        self.reason = reason
        self.date = date
    }
}

/// An occurrence with what it is about, which may be further by now.
public struct OccurrenceReport: Equatable, Sendable {
    public var occurrence: Occurrence
    public var run: Run
    public var job: Job?
    public var deployment: Deployment?
    /// Of an occurrence of an environment.
    public var environment: EnvironmentDeployment?
    /// Of an occurrence of an environment: whether its job deployed to services, which is told by occurrences of their own.
    public var changesServices: Bool
    /// How the workflow's run before on the same branch ended, or the attempt before of the same run: success or failure, whatever
    /// was cancelled or skipped between them. Only of a completed run.
    public var previousConclusion: Conclusion?
    /// What the run waits for by now, where that is nothing but a person; not of an occurrence of the run itself.
    public var turn: PersonsTurn?

    public init(
        occurrence: Occurrence, run: Run, job: Job? = nil, deployment: Deployment? = nil,
        environment: EnvironmentDeployment? = nil, changesServices: Bool = false, previousConclusion: Conclusion? = nil,
        turn: PersonsTurn? = nil
    ) {
        self.occurrence = occurrence
        self.run = run
        self.job = job
        self.deployment = deployment
        self.environment = environment
        self.changesServices = changesServices
        self.previousConclusion = previousConclusion
        self.turn = turn
    }
}
