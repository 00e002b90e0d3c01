/// What somebody may do. Each role may do what those before it may.
public enum Role: String, Codable, Sendable, Comparable, CaseIterable {
    /// Looks.
    case viewer
    /// Starts, cancels, approves.
    case `operator`
    /// Changes users, secrets and settings.
    case admin

    public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}
