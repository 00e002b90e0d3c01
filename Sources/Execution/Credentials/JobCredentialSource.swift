public import FoundationEssentials

/// Credentials of AWS that a job has from its begin, for a while.
public struct HandedCredentials: Codable, Equatable, Sendable {
    /// The variables by which commands know them.
    static let keyVariable = "AWS_ACCESS_KEY_ID"
    private static let secretVariable = "AWS_SECRET_ACCESS_KEY"
    private static let tokenVariable = "AWS_SESSION_TOKEN"
    /// The key's first.
    static let variableNames = [keyVariable, secretVariable, tokenVariable]

    public var accessKeyID: String
    public var secretAccessKey: String
    public var sessionToken: String?
    /// Nil: they do not end.
    public var end: Date?

    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, end: Date? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.end = end
    }

    /// Nil where the variables have none.
    public init?(in variables: [String: String], end: Date?) {
        guard let key = variables[Self.keyVariable], let secret = variables[Self.secretVariable] else { return nil }
        self.init(accessKeyID: key, secretAccessKey: secret, sessionToken: variables[Self.tokenVariable], end: end)
    }

    public var variables: [String: String] {
        var variables = [Self.keyVariable: accessKeyID, Self.secretVariable: secretAccessKey]
        variables[Self.tokenVariable] = sessionToken
        return variables
    }

    /// What no log shows.
    public var secrets: [String] { [accessKeyID, secretAccessKey] + [sessionToken].compactMap(\.self) }
}

/// Gives a job the credentials of AWS that it has from its begin, and others before those end.
///
/// Contract: may be called from several threads. What it gives is hidden in the job's logs by the time it is given.
public protocol JobCredentialSource: Sendable {
    /// The newest.
    var current: HandedCredentials { get }
    /// Asks whoever gave them for others. Blocks for minutes at most.
    ///
    /// - Parameter isWanted: asked now and then; where it says no, the wait is over.
    /// - Throws: `ExecutionError` that says why there are none.
    func renew(while isWanted: () -> Bool) throws(ExecutionError) -> HandedCredentials
}

extension JobMemory {
    private static let credentialSourceName = "job credentials"

    /// Nil for a job that was given none.
    public var credentialSource: (any JobCredentialSource)? {
        get { value(Self.credentialSourceName) }
        set { if let newValue { set(Self.credentialSourceName, to: newValue) } }
    }
}
