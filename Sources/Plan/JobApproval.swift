public import FoundationEssentials

/// The request for an approval that a job made when its turn came, and the answer to it.
///
/// Stored with the job, so that it outlives the daemon. Each attempt at a job asks anew; a job that was lost and is tried again
/// keeps the answer.
public struct JobApproval: Codable, Equatable, Sendable {
    /// What is asked.
    public enum Kind: String, Codable, Sendable {
        /// Whether the job may start.
        case start
        /// Whether what a gate of the job measured is good enough.
        case investigation
        /// Nothing is asked: the job failed by its gate, which somebody may override.
        case override
    }

    public enum Verdict: String, Codable, Sendable {
        case approved
        case rejected
        /// Nobody answered in time.
        case timedOut = "timed_out"
    }

    public struct Answer: Codable, Equatable, Sendable {
        public var verdict: Verdict
        /// Who answered; nil where nobody did.
        public var actor: String?
        public var comment: String?
        public var date: Date

        public init(verdict: Verdict, actor: String? = nil, comment: String? = nil, date: Date) {
            self.verdict = verdict
            self.actor = actor
            self.comment = comment
            self.date = date
        }
    }

    /// Nil in what was stored before there were several: `start`.
    private var kindOfRequest: Kind?
    public var message: String?
    public var link: String?
    /// As in `ApprovalPlan.approvers`.
    public var approvers: [String]
    /// Further lists, each of which has to name who answers, too: of other gates of the job.
    public var otherApprovers: [[String]]?
    public var since: Date
    public var until: Date
    public var answer: Answer?
    /// The environment whose protection asks; nil: the pipeline does.
    public var environment: String?
    /// Who may not answer, whoever else they are: who caused the run, where the environment wants somebody else.
    public var excluded: String?
    /// Who may not answer either: those who had the run, or jobs of it, run again. Nil in what was stored before.
    public var excludedAskers: [String]?
    /// What the job was asked before, with the answers: a gate's request comes after the one to start. Nil: nothing.
    public private(set) var earlier: [JobApproval]?

    public var kind: Kind { kindOfRequest ?? .start }

    public init(
        kind: Kind = .start, message: String? = nil, link: String? = nil, approvers: [String] = [], since: Date, until: Date,
        answer: Answer? = nil, environment: String? = nil, excluded: String? = nil,
        excludedAskers: [String]? = nil
    ) {
        kindOfRequest = kind == .start ? nil : kind
        self.message = message
        self.link = link
        self.approvers = approvers
        self.since = since
        self.until = until
        self.answer = answer
        self.environment = environment
        self.excluded = excluded
        self.excludedAskers = excludedAskers
    }

    /// The request, with what the job was asked before it.
    public func following(_ former: JobApproval?) -> JobApproval {
        guard var last = former else { return self }
        var next = self
        next.earlier = last.earlier ?? []
        last.earlier = nil
        next.earlier?.append(last)
        return next
    }

    /// Who answers has to be named by each of them. None: every operator may.
    public var lists: [[String]] { ([approvers] + (otherApprovers ?? [])).filter { !$0.isEmpty } }

    /// Who may answer, as a sentence names them.
    public var audience: String {
        let names = lists.map { $0.joined(separator: " or ") }
        let audience = names.isEmpty ? "an operator" : names.joined(separator: ", who also has to be ")
        var exceptions = excluded.map { ["\($0), who caused the run"] } ?? []
        let askers = (excludedAskers ?? []).filter { $0 != excluded }
        if !askers.isEmpty { exceptions.append("\(askers.joined(separator: " and ")), who had it run again") }
        return exceptions.isEmpty ? audience : "\(audience), but not \(exceptions.joined(separator: ", nor "))"
    }

    /// Whether one of these people may answer it. One that a role may answer always can be: root has each on the operator socket.
    public func isAnswerable(by people: [Actor]) -> Bool {
        if lists.allSatisfy({ $0.contains { Role(rawValue: $0.lowercased()) != nil } }) { return true }
        return people.contains { $0.mayAnswer(self) }
    }

    /// Who may not answer, whoever else they are.
    public var excludedNames: [String] {
        var names = excluded.map { [$0] } ?? []
        for name in excludedAskers ?? [] where !names.contains(name) { names.append(name) }
        return names
    }
}

extension Job {
    /// Whether it waits for an answer to its request for an approval.
    public var awaitsApproval: Bool { status == .waiting && approval != nil && approval?.answer == nil }

    /// Whether it has run, and waits for somebody who says whether what its gate measured is good enough.
    public var isInvestigated: Bool { awaitsApproval && approval?.kind == .investigation }

    /// Whether it failed by its gate, which somebody may override.
    public var isOverridable: Bool {
        conclusion == .failure && approval?.kind == .override && approval?.answer == nil
    }
}
