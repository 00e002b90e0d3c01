public import Plan

/// What a token may be used for, within what its owner may do at that moment. Each lets it read, too.
public enum TokenScope: String, CaseIterable, Codable, Sendable {
    case read
    /// Start, rerun and cancel runs, and delete what they stored.
    case run
    /// Answer requests for approvals, override gates and roll back.
    case approve
    /// All that its owner may.
    case admin

    /// The least role that has any use for it.
    public var role: Role {
        switch self {
        case .read: .viewer
        case .run, .approve: .operator
        case .admin: .admin
        }
    }
}

extension Set<TokenScope> {
    /// Whether what needs the scope may be done.
    public func allow(_ scope: TokenScope) -> Bool {
        contains(.admin) || contains(scope) || (scope == .read && !isEmpty)
    }

    /// As people and records read them, in the order of the scopes.
    public var text: String { TokenScope.allCases.filter(contains).map(\.rawValue).joined(separator: ", ") }
}
