public import FoundationEssentials

/// What requests are signed with.
public struct AWSCredentials: Sendable, Equatable, CustomStringConvertible {
    public var accessKeyID: String
    public var secretAccessKey: String
    /// Temporary credentials have one.
    public var sessionToken: String?
    /// When they are refused; nil where they don't end, or where nobody said.
    public var expiration: Date?
    /// Where they came from, for messages: `the environment`, `the profile "build"`.
    public var source: String

    public init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Date? = nil,
        source: String = "the caller"
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.source = source
    }

    /// The end as `2026-11-21T17:00:00Z`.
    public var expirationText: String? { expiration?.formatted(.iso8601) }

    /// Without what is secret.
    public var description: String { "\(accessKeyID) from \(source)" }
}

/// Where a client gets its credentials from.
///
/// Contract: called from any thread, before each request, and blocks; an implementation that asks somebody keeps the answer.
public protocol AWSCredentialProvider: Sendable {
    func credentials(_ patience: AWSPatience) throws(AWSError) -> AWSCredentials

    /// Forgets what is kept: the service says that it has expired.
    ///
    /// - Returns: whether asking again may yield others.
    func forget(_ credentials: AWSCredentials) -> Bool
}

extension AWSCredentialProvider {
    public func forget(_ credentials: AWSCredentials) -> Bool { false }
}

/// Credentials that the caller has.
public struct GivenCredentials: AWSCredentialProvider {
    private let given: AWSCredentials

    public init(_ credentials: AWSCredentials) { given = credentials }

    public func credentials(_ patience: AWSPatience) throws(AWSError) -> AWSCredentials { given }
}
