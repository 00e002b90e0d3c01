public import Diagnostics
public import FoundationEssentials

/// One execution of one pipeline file for one event.
public struct Run: Codable, Equatable, Sendable, Identifiable {
    public var id: Int64
    public var eventID: Int64
    /// Counts the runs of one pipeline file from 1 (`github.run_number`); given when the run is stored.
    public var number: Int
    public var repository: String
    /// The pipeline's name, and its file.
    public var workflow: String
    public var workflowPath: String
    /// What the run is about in one line: `run-name`, the commit's subject or the dispatch.
    public var title: String
    public var event: String
    public var ref: String
    public var commit: String
    public var actor: String
    /// The newest attempt; 1 for the first.
    public var attempt: Int
    public var status: Status
    public var conclusion: Conclusion?
    /// Why it waits, or how it ended, in a sentence.
    public var reason: String?
    /// Set where an operator asked to stop it: why. Kept so that a restarted daemon still knows; a rerun clears it.
    public var cancelReason: String?
    /// Why the newest attempt was asked for, and by whom; nil for the first.
    public var attemptReason: String?
    /// The accounts of those who asked for the newest attempt, or had jobs of it run again; empty for the first.
    public var askers: [String]
    /// Who started the newest attempt: `github.triggering_actor`. `actor` stays who started the first.
    public var triggeringActor: String { askers.first ?? actor }
    /// Whether the newest attempt shows what steps say for debugging (`runner.debug`), as somebody asked for.
    public var isDebug: Bool
    /// Whether jobs of the newest attempt stand still when a step fails, as somebody asked for.
    public var pausesOnFailure: Bool
    public var createdAt: Date
    public var startedAt: Date?
    public var finishedAt: Date?
    /// What the check said of the file: errors of a refused run, warnings of any.
    public var diagnostics: [Diagnostic]
    /// Its places in concurrency groups. Kept while the run is not completed.
    public var claims: [ConcurrencyClaim]

    public init(
        id: Int64 = 0, eventID: Int64 = 0, number: Int = 0, repository: String, workflow: String, workflowPath: String,
        title: String, event: String, ref: String, commit: String, actor: String, attempt: Int = 1, status: Status = .queued,
        conclusion: Conclusion? = nil, reason: String? = nil, cancelReason: String? = nil, createdAt: Date,
        startedAt: Date? = nil, finishedAt: Date? = nil, diagnostics: [Diagnostic] = [],
        attemptReason: String? = nil, claims: [ConcurrencyClaim] = [],
        isDebug: Bool = false, askers: [String] = [], pausesOnFailure: Bool = false
    ) {
        self.id = id
        self.eventID = eventID
        self.number = number
        self.repository = repository
        self.workflow = workflow
        self.workflowPath = workflowPath
        self.title = title
        self.event = event
        self.ref = ref
        self.commit = commit
        self.actor = actor
        self.attempt = attempt
        self.status = status
        self.conclusion = conclusion
        self.reason = reason
        self.cancelReason = cancelReason
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.diagnostics = diagnostics
        self.attemptReason = attemptReason
        self.isDebug = isDebug
        self.askers = askers
        self.pausesOnFailure = pausesOnFailure
        self.claims = claims
    }

    public var branch: String? { GitReference(ref).branch }
}
