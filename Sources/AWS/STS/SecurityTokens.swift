internal import FoundationEssentials
internal import XML

extension AWSService {
    public static let sts = AWSService(
        name: "AWS STS", identifier: "sts", endpointPrefix: "sts", format: .query(version: "2011-06-15"))
}

/// AWS Security Token Service: who one is, and credentials for a while. Calls block, as ``AWSClient``'s.
public struct SecurityTokens: Sendable {
    private let client: AWSClient

    public init(_ configuration: AWSConfiguration) { client = AWSClient(.sts, configuration) }

    /// Whose credentials they are.
    public struct Caller: Sendable, Equatable {
        public var account: String
        public var arn: String
        public var userID: String
    }

    public func callerIdentity(_ patience: AWSPatience = .endless) throws(AWSError) -> Caller {
        let result = try client.callQuery("GetCallerIdentity", [], patience)
        guard let account = result.text(at: "Account"), let arn = result.text(at: "Arn") else {
            throw incomplete("GetCallerIdentity", "the account")
        }
        return Caller(account: account, arn: arn, userID: result.text(at: "UserId") ?? "")
    }

    /// What a role is assumed with.
    public struct RoleRequest: Sendable, Equatable {
        public var role: String
        /// 2 to 64 letters, digits and `_=,.@-`; in AWS' records it says who it was.
        public var sessionName: String
        /// In seconds, from 900; nil leaves it to the role.
        public var duration: Int?
        public var externalID: String?
        /// JSON: the session may do what both this and the role's policies allow.
        public var policy: String?
        public var policyARNs: [String] = []
        public var tags: [(name: String, value: String)] = []
        /// Those tags that roles assumed with this session inherit.
        public var transitiveTags: [String] = []

        public init(role: String, sessionName: String, duration: Int? = nil) {
            self.role = role
            self.sessionName = sessionName
            self.duration = duration
        }

        public static func == (left: RoleRequest, right: RoleRequest) -> Bool {
            left.parameters.elementsEqual(right.parameters) { $0.name == $1.name && $0.value == $1.value }
        }

        fileprivate var parameters: [(name: String, value: String)] {
            var list = [(name: "RoleArn", value: role), (name: "RoleSessionName", value: sessionName)]
            if let duration { list.append(("DurationSeconds", String(duration))) }
            if let externalID { list.append(("ExternalId", externalID)) }
            if let policy { list.append(("Policy", policy)) }
            for (index, arn) in policyARNs.enumerated() { list.append(("PolicyArns.member.\(index + 1).arn", arn)) }
            for (index, tag) in tags.enumerated() {
                list.append(("Tags.member.\(index + 1).Key", tag.name))
                list.append(("Tags.member.\(index + 1).Value", tag.value))
            }
            for (index, key) in transitiveTags.enumerated() { list.append(("TransitiveTagKeys.member.\(index + 1)", key)) }
            return list
        }
    }

    /// Credentials of a session, and what AWS calls it.
    public struct Session: Sendable, Equatable {
        public var credentials: AWSCredentials
        /// `arn:aws:sts::123456789012:assumed-role/deploy/run-1`.
        public var arn: String
        /// `AROA…:run-1`.
        public var id: String
    }

    public func assume(
        _ request: RoleRequest, source: String, _ patience: AWSPatience = .endless
    ) throws(AWSError) -> Session {
        try session("AssumeRole", request.parameters, isAnonymous: false, source: source, patience)
    }

    /// Needs no credentials: the token of an identity provider says who asks. Tags are the token's own.
    public func assume(
        _ request: RoleRequest, webIdentityToken: String, source: String, _ patience: AWSPatience = .endless
    ) throws(AWSError) -> Session {
        let parameters = request.parameters.filter { !$0.name.contains("Tag") && $0.name != "ExternalId" }
        return try session(
            "AssumeRoleWithWebIdentity", parameters + [("WebIdentityToken", webIdentityToken)], isAnonymous: true,
            source: source, patience)
    }

    private func session(
        _ operation: String, _ parameters: [(name: String, value: String)], isAnonymous: Bool, source: String,
        _ patience: AWSPatience
    ) throws(AWSError) -> Session {
        let result = try client.callQuery(operation, parameters, isAnonymous: isAnonymous, patience)
        guard let found = result.child("Credentials"), let key = found.text(at: "AccessKeyId"),
            let secret = found.text(at: "SecretAccessKey"), let token = found.text(at: "SessionToken")
        else { throw incomplete(operation, "credentials") }
        let credentials = AWSCredentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: token,
            expiration: found.text(at: "Expiration").flatMap(AWSTime.iso8601), source: source)
        let user = result.child("AssumedRoleUser")
        return Session(
            credentials: credentials, arn: user?.text(at: "Arn") ?? "", id: user?.text(at: "AssumedRoleId") ?? "")
    }

    private func incomplete(_ operation: String, _ part: String) -> AWSError {
        AWSError(.unexpectedAnswer, service: AWSService.sts.name, operation: operation, "the answer lacks \(part)")
    }

    /// A text as a session may be named: other characters become hyphens, what is too long is cut.
    public static func sessionName(_ text: String) -> String {
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_=,.@-")
        let name = String(text.map { allowed.contains($0) ? $0 : "-" }.prefix(64))
        return name.count >= 2 ? name : name + "--"
    }
}
