public import Expressions

/// What the settings say of one of a repository's environments: who and what has to agree before a job of it starts.
///
/// See "Managing environments for deployment" in GitHub's manual.
public struct EnvironmentProtection: Equatable, Sendable {
    /// Upper and lower case are the same.
    public var name: String
    /// Names of people or roles of whom one has to approve each job; empty: nobody is asked.
    public var approvers: [String]
    /// Whether who caused the run may not approve its jobs.
    public var preventsSelfReview: Bool
    /// Seconds that a request for an approval lasts.
    public var approvalTimeout: Double
    /// Seconds that a job waits from when its turn came.
    public var wait: Double
    /// Patterns of branches; nil: any, unless `tags` says which may deploy.
    public var branches: [String]?
    /// The same for tags.
    public var tags: [String]?
    /// They go before the repository's in the `vars` context of the environment's jobs.
    public var variables: ExpressionObject
    /// Whether runs that deploy to it take turns.
    public var hasExclusiveLock: Bool

    public init(
        name: String, approvers: [String] = [], preventsSelfReview: Bool = false, approvalTimeout: Double = 30 * 86_400,
        wait: Double = 0, branches: [String]? = nil, tags: [String]? = nil, variables: ExpressionObject = ExpressionObject(),
        hasExclusiveLock: Bool = true
    ) {
        self.name = name
        self.approvers = approvers
        self.preventsSelfReview = preventsSelfReview
        self.approvalTimeout = approvalTimeout
        self.wait = wait
        self.branches = branches
        self.tags = tags
        self.variables = variables
        self.hasExclusiveLock = hasExclusiveLock
    }

    /// Why what runs for a ref may not deploy; nil where it may.
    func objection(to ref: String) -> String? {
        guard branches != nil || tags != nil else { return nil }
        let isTag = ref.hasPrefix("refs/tags/")
        let patterns = (isTag ? tags : branches) ?? []
        // A pull request's merge commit is allowed by its whole name only: refs/pull/*/merge.
        let name = ["refs/tags/", "refs/heads/"].first(where: ref.hasPrefix).map { String(ref.dropFirst($0.count)) } ?? ref
        guard !patterns.contains(where: { RefPattern($0).matches(name) }) else { return nil }
        let kind = isTag ? "tag" : ref.hasPrefix("refs/heads/") ? "branch" : "ref"
        let allowed = patterns.isEmpty ? "none" : patterns.joined(separator: ", ")
        return
            "the \(kind) \"\(name)\" is not allowed to deploy to the environment \(self.name): "
            + "\(isTag ? "tags" : "branches") that may are \(allowed)"
    }
}

extension [EnvironmentProtection] {
    func named(_ name: String) -> EnvironmentProtection? { first { $0.name.lowercased() == name.lowercased() } }
}
