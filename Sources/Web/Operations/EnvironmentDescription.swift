/// What the settings say of an environment, for the page.
public struct EnvironmentDescription: Sendable, Equatable {
    public var name: String
    public var approvers: [String]
    public var preventsSelfReview: Bool
    /// Seconds.
    public var wait: Double
    /// Patterns; nil for both: everything may deploy.
    public var branches: [String]?
    public var tags: [String]?
    /// Whether runs that deploy to it take turns.
    public var hasExclusiveLock: Bool

    public init(
        name: String, approvers: [String] = [], preventsSelfReview: Bool = false, wait: Double = 0, branches: [String]? = nil,
        tags: [String]? = nil, hasExclusiveLock: Bool = true
    ) {
        self.name = name
        self.approvers = approvers
        self.preventsSelfReview = preventsSelfReview
        self.wait = wait
        self.branches = branches
        self.tags = tags
        self.hasExclusiveLock = hasExclusiveLock
    }

    /// In sentences; none where it is as environments are that the settings don't name.
    public var rules: [String] {
        var rules: [String] = []
        if !approvers.isEmpty {
            let others = preventsSelfReview ? ", but not who caused the run" : ""
            rules.append("approved by \(approvers.joined(separator: " or "))\(others)")
        }
        if wait > 0 { rules.append("waits \(Self.words(wait))") }
        if branches != nil || tags != nil {
            let allowed = [("branches", branches), ("tags", tags)].compactMap { kind, patterns in
                patterns.flatMap { $0.isEmpty ? nil : "\(kind) \($0.joined(separator: ", "))" }
            }
            rules.append("only \(allowed.isEmpty ? "nothing" : allowed.joined(separator: " and "))")
        }
        if !hasExclusiveLock { rules.append("runs deploy beside each other") }
        return rules
    }

    private static func words(_ seconds: Double) -> String {
        let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
        var rest = Int(seconds)
        var parts: [String] = []
        for (size, name) in units where rest >= size {
            parts.append("\(rest / size) \(name)\(rest / size == 1 ? "" : "s")")
            rest %= size
        }
        return parts.joined(separator: " ")
    }
}
