/// Who asks for something, as far as they proved who they are, and what they may do.
public struct Actor: Codable, Equatable, Sendable, CustomStringConvertible {
    /// How they proved who they are.
    public enum Proof: Codable, Equatable, Sendable {
        /// By signing in.
        case signIn
        /// By opening the operator socket: the system says which user that is.
        case socket
        /// By a token of that name.
        case token(String)
        /// Not at all: the settings let everybody do this.
        case none
    }

    /// The user's name: a local user of Slipway or, on the operator socket, of the system.
    public var account: String
    public var role: Role
    /// The names of roles of their own that requests for approvals may name, such as `release-managers`.
    public var teams: Set<String>
    public var proof: Proof

    /// Somebody who signed in under that name.
    public init(name account: String, role: Role, teams: Set<String> = [], proof: Proof = .signIn) {
        self.account = account
        self.role = role
        self.teams = teams
        self.proof = proof
    }

    /// Somebody of whom nothing is known, where the settings let such people do something.
    public static func unknown(role: Role) -> Actor { Actor(name: "web", role: role, proof: .none) }

    /// As records name them: `anna`, `anna (socket)`, `anna (token nightly)`, or `web` for whom nobody knows.
    public var name: String {
        switch proof {
        case .signIn, .none: account
        case .socket: "\(account) (socket)"
        case .token(let token): "\(account) (token \(token))"
        }
    }

    public var description: String { name }

    /// Whether a request for an approval is meant for them. Names are compared without regard to case.
    ///
    /// Where it names nobody, operators and admins may answer. Otherwise those of them that it names: by the user's name, by a role
    /// or by a team, and an admin who is not named may not. A viewer never may.
    public func mayAnswer(_ request: JobApproval) -> Bool {
        guard role >= .operator, !request.excludedNames.contains(where: isSelf) else { return false }
        // Of somebody unknown nobody can say that it is somebody else.
        guard proof != .none || request.excludedNames.isEmpty else { return false }
        var names = Set(teams.map { $0.lowercased() })
        for held in Role.allCases where held <= role { names.insert(held.rawValue) }
        // Who did not prove a name has none; a user of the host may be called as a role is.
        if proof != .none, Role(rawValue: account.lowercased()) == nil { names.insert(account.lowercased()) }
        return request.lists.allSatisfy { list in list.contains { names.contains($0.lowercased()) } }
    }

    /// Whether they are who a record names, in whichever way they proved it then.
    private func isSelf(_ recorded: String) -> Bool { Self.account(named: recorded).lowercased() == account.lowercased() }

    /// The user that a record names as `anna`, `anna (socket)` or `anna (token nightly)`.
    public static func account(named recorded: String) -> String {
        recorded.hasSuffix(")") ? recorded.split(separator: " (").first.map(String.init) ?? recorded : recorded
    }
}
