public import Plan

/// What the settings make of what the provider says of somebody.
public struct ClaimRules: Sendable, Equatable {
    /// The claim that holds the name; nil: `preferred_username`, else `email`.
    public var nameClaim: String?
    /// The claim that holds the groups or roles: a text or a list of them.
    public var roleClaim: String
    /// Which role a value of that claim gives; of several, the highest counts.
    public var roles: [String: Role]
    /// What everybody else may do; nil: they are not let in.
    public var defaultRole: Role?
    /// Whose mail addresses are let in, in lower case; all where it is empty.
    public var emailDomains: Set<String>

    public init(
        nameClaim: String? = nil, roleClaim: String = "groups", roles: [String: Role] = [:], defaultRole: Role? = nil,
        emailDomains: Set<String> = []
    ) {
        self.nameClaim = nameClaim
        self.roleClaim = roleClaim
        self.roles = roles
        self.defaultRole = defaultRole
        self.emailDomains = emailDomains
    }

    /// Whether something is missing that the rules ask for, and that may be had from elsewhere.
    func lacks(_ claims: Claims) -> Bool {
        name(of: claims) == nil || (!roles.isEmpty && claims[roleClaim] == nil)
            || (!emailDomains.isEmpty && (claims["email"] == nil || claims["email_verified"] == nil))
    }

    /// Nil where the provider tells none.
    func name(of claims: Claims) -> String? {
        if let nameClaim { return nameClaim == "email" ? provenEmail(of: claims) : claims[nameClaim]?.text }
        return claims["preferred_username"]?.text ?? provenEmail(of: claims)
    }

    func grant(to claims: Claims) -> Grant {
        if !emailDomains.isEmpty {
            guard let email = claims["email"]?.text else {
                return .refused("The provider does not tell your mail address, and only those of some domains are let in.")
            }
            guard provenEmail(of: claims) != nil else {
                return .refused("The provider does not say that the mail address \(email.quoted) is yours (email_verified).")
            }
            let domain = email.lastIndex(of: "@").map { Self.lowercased(email[email.index(after: $0)...]) } ?? ""
            guard emailDomains.contains(where: { $0.isExactly(domain) }) else {
                return .refused("Mail addresses like \(email.quoted) are not let in here.")
            }
        }
        let granted = (claims[roleClaim]?.texts ?? []).compactMap { value in
            roles.first { $0.key.isExactly(value) }?.value
        }.max()
        guard let role = [granted, defaultRole].compactMap(\.self).max() else {
            return .refused("The provider knows you, but you have no group that may use Slipway: ask for one.")
        }
        return .role(role)
    }

    /// In lower case as far as it is ASCII: other letters may have one of ASCII's as their small form.
    private static func lowercased(_ text: Substring) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// The mail address where the provider says that it is theirs: else anybody could have written it.
    private func provenEmail(of claims: Claims) -> String? {
        let word = claims["email_verified"]
        guard word == .boolean(true) || word == .text("true") else { return nil }
        return claims["email"]?.text
    }
}

/// What somebody may do.
public enum Grant: Sendable, Equatable {
    case role(Role)
    /// Nothing, and why, in a sentence for them.
    case refused(String)
}

/// Somebody of whom the provider said who they are.
public struct ProvenPerson: Sendable, Equatable {
    /// Who says so.
    public var issuer: String
    /// Whom they mean: it is never anybody else's, as names and mail addresses may be.
    public var subject: String
    /// What they are called; nil where the provider does not tell.
    public var name: String?
    public var grant: Grant
}
