public import FoundationEssentials

/// Amazon ECR: logins, repositories and images of one region.
public struct ECRClient: Sendable {
    public static let service = AWSService(
        name: "Amazon ECR", identifier: "ecr", endpointPrefix: "api.ecr", fipsPrefix: "ecr-fips", signingName: "ecr",
        format: .json(version: "1.1", target: "AmazonEC2ContainerRegistry_V20150921"))

    private let configuration: AWSConfiguration
    private let patience: AWSPatience

    public init(_ configuration: AWSConfiguration, patience: AWSPatience = .endless) {
        self.configuration = configuration
        self.patience = patience
    }

    /// The same for another region's registries.
    public func client(for region: String) -> ECRClient {
        var configuration = configuration
        configuration.region = region
        return ECRClient(configuration, patience: patience)
    }

    func call<Answer: Decodable>(
        _ operation: String, _ input: some Encodable, as answer: Answer.Type = Answer.self
    ) throws(AWSError) -> Answer {
        try AWSClient(Self.service, configuration).call(operation, input, as: answer, patience)
    }
}

/// A name and password for a registry, for a few hours.
public struct ECRLogin: Equatable, Sendable {
    /// The registry as images name it: `123456789012.dkr.ecr.us-east-1.amazonaws.com`.
    public var registry: String
    public var username: String
    public var password: String
    public var expiresAt: Date?

    /// - Parameter token: `username:password` in Base64; nil where it is something else.
    init?(registry: String, token: String, expiresAt: Date?) {
        guard let bytes = Data(base64Encoded: token) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        self.registry = registry
        username = String(parts[0])
        password = String(parts[1])
        self.expiresAt = expiresAt
    }
}

// MARK: - Logins

extension ECRClient {
    private struct TokenInput: Encodable {
        var registryIds: [String]?
    }

    private struct TokenAnswer: Decodable {
        struct Entry: Decodable {
            var authorizationToken: String
            var proxyEndpoint: String?
            var expiresAt: Date?
        }

        var authorizationData: [Entry]?
    }

    private struct PublicTokenAnswer: Decodable {
        struct Entry: Decodable {
            var authorizationToken: String
            var expiresAt: Date?
        }

        var authorizationData: Entry?
    }

    /// - Parameter accounts: whose registries are meant; empty: that of the credentials.
    public func logins(to accounts: [String] = []) throws(AWSError) -> [ECRLogin] {
        let answer: TokenAnswer = try call(
            "GetAuthorizationToken", TokenInput(registryIds: accounts.isEmpty ? nil : accounts))
        var logins: [ECRLogin] = []
        for entry in answer.authorizationData ?? [] {
            let host = (entry.proxyEndpoint ?? "").split(separator: "/").last.map(String.init) ?? ""
            guard let login = ECRLogin(registry: host, token: entry.authorizationToken, expiresAt: entry.expiresAt) else {
                throw Self.unusableToken
            }
            logins.append(login)
        }
        guard !logins.isEmpty else { throw Self.unusableToken }
        return logins
    }

    private static var unusableToken: AWSError {
        AWSError(
            .unexpectedAnswer, service: service.name, operation: "GetAuthorizationToken",
            "the answer holds no login that can be used")
    }

    private static let publicService = AWSService(
        name: "Amazon ECR Public", identifier: "ecr_public", endpointPrefix: "api.ecr-public", signingName: "ecr-public",
        format: .json(version: "1.1", target: "SpencerFrontendService"))

    /// A login to ECR Public, which is served from one region only.
    public func publicLogin() throws(AWSError) -> ECRLogin {
        var configuration = configuration
        configuration.region = "us-east-1"
        let answer = try AWSClient(Self.publicService, configuration).call(
            "GetAuthorizationToken", AWSNothing(), as: PublicTokenAnswer.self, patience)
        guard let entry = answer.authorizationData,
            let login = ECRLogin(registry: "public.ecr.aws", token: entry.authorizationToken, expiresAt: entry.expiresAt)
        else { throw Self.unusableToken }
        return login
    }
}
