public import Plan

/// Who answers a request for an approval, as far as authenticated.
public struct Approver: Equatable, Sendable {
    /// Whoever may use the operator socket or the page.
    public static let operatorRole = "operator"

    public var name: String
    public var roles: Set<String>

    public init(name: String, roles: Set<String>) {
        self.name = name
        self.roles = roles
    }

    /// Whether the request is meant for them. Names and roles are compared without regard to case.
    public func mayAnswer(_ request: JobApproval) -> Bool {
        let mine = Set(([name] + roles).map { $0.lowercased() })
        return request.approvers.isEmpty
            ? mine.contains(Self.operatorRole) : request.approvers.contains { mine.contains($0.lowercased()) }
    }
}

/// An answer to a request for an approval.
public struct ApprovalAnswer: Equatable, Sendable {
    public var run: Int64
    /// Nil: the only job of the run that waits for one.
    public var job: Int64?
    public var isApproved: Bool
    public var comment: String?
    public var approver: Approver

    public init(run: Int64, job: Int64? = nil, isApproved: Bool, comment: String? = nil, approver: Approver) {
        self.run = run
        self.job = job
        self.isApproved = isApproved
        self.comment = comment
        self.approver = approver
    }
}
