internal import Hummingbird
internal import Plan
internal import Store

/// What waits for somebody's approval, and the answers.
struct ApprovalEndpoints: Sendable {
    /// The longest comment, in characters: it stands in the job's reason and in the audit trail.
    static let longestComment = 1000

    private static let longestList = 500

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        var after: Int64 = 0
        if let text = request.query.filled("after") {
            guard let cursor = Int64(text), cursor > 0 else {
                throw WebProblem(.badRequest, "after is the \"next\" of the list before.")
            }
            after = cursor
        }
        let pending = try await site.store.pendingApprovals(after: after, limit: Self.longestList + 1)
        let shown = pending.prefix(Self.longestList)
        return try JSONBody.response(
            PendingApprovalList(
                approvals: shown.compactMap(PendingApprovalRepresentation.init),
                next: pending.count > shown.count ? shown.last.map { String($0.job.id) } : nil))
    }

    func approve(_ request: WebRequest) async throws -> Response { try await answer(request, isApproved: true) }

    func reject(_ request: WebRequest) async throws -> Response { try await answer(request, isApproved: false) }

    /// `{"job":"id"|null,"comment":…}`; without a job: the only one of the run that waits.
    private func answer(_ request: WebRequest, isApproved: Bool) async throws -> Response {
        struct Wish: Decodable {
            let job: String?
            let comment: String?
        }
        let wish = try JSONBody.decode(Wish.self, members: ["job", "comment"], from: request)
        let job = try Self.jobID(wish.job)
        let run = try request.id()
        try await site.operations.answer(
            run: run, job: job, isApproved: isApproved, comment: try Self.comment(wish.comment), actor: request.actor)
        return try JSONBody.response(try await site.representation(of: try await site.run(run), attempt: nil))
    }

    /// `{"job":"id"|null,"reason":"…"}`; without a job: the only one of the run whose gate failed.
    func override(_ request: WebRequest) async throws -> Response {
        struct Wish: Decodable {
            let job: String?
            let reason: String?
        }
        let wish = try JSONBody.decode(Wish.self, members: ["job", "reason"], from: request)
        let run = try await site.operations.override(
            run: try request.id(), job: try Self.jobID(wish.job), reason: try Self.reason(wish.reason), actor: request.actor)
        return try JSONBody.response(try await site.representation(of: run, attempt: nil))
    }

    private static func jobID(_ text: String?) throws(WebProblem) -> Int64? {
        guard let text else { return nil }
        guard let id = Int64(text), id > 0 else { throw WebProblem(.badRequest, "job is the id of a job, not \"\(text)\".") }
        return id
    }

    /// Why a gate is overridden: it has to be said.
    static func reason(_ text: String?) throws(WebProblem) -> String {
        guard let reason = try comment(text) else {
            throw WebProblem(.badRequest, "An override needs a reason, which goes on record.")
        }
        return reason
    }

    /// A comment in one line; nil where it says nothing.
    static func comment(_ text: String?) throws(WebProblem) -> String? {
        let words = (text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard words.count <= longestComment else {
            throw WebProblem(.badRequest, "The comment is longer than \(longestComment) characters.")
        }
        return words.isEmpty ? nil : words
    }
}

/// A job's request for an approval, and the answer.
public struct ApprovalRepresentation: Codable, Sendable, Equatable {
    /// `pending`, `approved`, `rejected`, `timed_out`; or `withdrawn`: nobody can answer any more, since the job was cancelled,
    /// or runs again.
    public var state: String
    /// `start`: whether the job may start; `investigation`: whether what its gate measured is good enough; `override`: it failed by
    /// its gate, which may be overridden.
    public var kind: String
    @Nullable public var message: String?
    @Nullable public var link: String?
    /// Who may answer: names of people or roles; empty: every operator.
    public var approvers: [String]
    /// The environment whose protection asks; null: the pipeline does.
    @Nullable public var environment: String?
    /// Who may not answer in any case, separated by commas: who caused the run, and who had it run again.
    @Nullable public var excluded: String?
    public var since: String
    /// Null where nothing waits for an answer: of a gate that failed.
    @Nullable public var until: String?
    @Nullable public var actor: String?
    @Nullable public var comment: String?
    @Nullable public var answeredAt: String?
    /// What the job was asked before, the first one first: a gate's request comes after the one to start.
    public var earlier: [ApprovalRepresentation]

    /// - Parameter isOpen: whether somebody may still answer.
    init(_ approval: JobApproval, isOpen: Bool) {
        state = approval.answer?.verdict.rawValue ?? (isOpen ? "pending" : "withdrawn")
        kind = approval.kind.rawValue
        message = approval.message
        link = approval.link
        approvers = approval.approvers
        environment = approval.environment
        excluded = approval.excludedNames.isEmpty ? nil : approval.excludedNames.joined(separator: ", ")
        since = TimeText.rfc3339(approval.since)
        until = approval.kind == .override ? nil : TimeText.rfc3339(approval.until)
        actor = approval.answer?.actor
        comment = approval.answer?.comment
        answeredAt = approval.answer.map { TimeText.rfc3339($0.date) }
        earlier = (approval.earlier ?? []).map { ApprovalRepresentation($0, isOpen: false) }
    }
}

/// A job that waits for an approval.
public struct PendingApprovalRepresentation: Codable, Sendable, Equatable {
    public var runId: String
    public var repository: String
    public var workflow: String
    public var title: String
    public var jobId: String
    public var job: String
    public var approval: ApprovalRepresentation

    init?(_ pending: PendingJob) {
        guard let approval = pending.job.approval else { return nil }
        runId = String(pending.run.id)
        repository = pending.run.repository
        workflow = pending.run.workflow
        title = pending.run.title
        jobId = String(pending.job.id)
        job = pending.job.name
        self.approval = ApprovalRepresentation(approval, isOpen: pending.job.awaitsApproval)
    }
}

/// `{"approvals":[…],"next":…}`
public struct PendingApprovalList: Codable, Sendable, Equatable {
    public var approvals: [PendingApprovalRepresentation]
    /// With which the list goes on, as `after`.
    @Nullable public var next: String?
}
