/// What clients of all services share: region, credentials, endpoints, patience with failures.
public struct AWSConfiguration: Sendable {
    /// Nil where none is known; a call then fails with what to do.
    public var region: String?
    public var credentials: any AWSCredentialProvider
    public var endpoints: AWSEndpoints
    public var retries: AWSRetryPolicy
    public var runtime: AWSRuntime
    /// Nil: the one that the environment of this process names, if any.
    public var proxy: AWSProxy?
    /// How far AWS' clock is ahead of this machine's, as its answers say.
    let skew = ClockSkew()

    public init(
        region: String?, credentials: any AWSCredentialProvider, endpoints: AWSEndpoints = AWSEndpoints(),
        retries: AWSRetryPolicy = AWSRetryPolicy(), runtime: AWSRuntime = .system
    ) {
        self.region = region
        self.credentials = credentials
        self.endpoints = endpoints
        self.retries = retries
        self.runtime = runtime
    }

    /// As AWS' own kits configure themselves.
    ///
    /// - Parameters:
    ///   - environment: the variables; `HOME` says where profiles are.
    ///   - sources: where credentials may come from. In a job they must never be the machine's own.
    ///   - profile: goes before `AWS_PROFILE`.
    /// - Throws: where a profile is named that is not there, or its files can't be read.
    public init(
        environment: [String: String], sources: CredentialSources = .all, profile: String? = nil,
        runtime: AWSRuntime = .system
    ) throws(AWSError) {
        let profiles = sources.contains(.profiles) ? try SharedProfiles(environment: environment) : SharedProfiles()
        let set = environment.filter { !$0.value.isEmpty }
        let wanted = profile ?? set["AWS_PROFILE"] ?? set["AWS_DEFAULT_PROFILE"]
        let chosen = try profiles.chosen(wanted, isAllowed: sources.contains(.profiles))
        let endpoints = AWSEndpoints(environment: environment, profile: chosen)
        let attempts = (set["AWS_MAX_ATTEMPTS"] ?? chosen?["max_attempts"]).flatMap { Int($0) }
        let region = set["AWS_REGION"] ?? set["AWS_DEFAULT_REGION"] ?? chosen?["region"]
        let retries = AWSRetryPolicy(attempts: attempts ?? 3)
        let chain = CredentialChain(
            environment: environment, sources: sources, profiles: profiles, profile: chosen, region: region,
            endpoints: endpoints, retries: retries, runtime: runtime)
        self.init(region: region, credentials: chain, endpoints: endpoints, retries: retries, runtime: runtime)
    }

    /// The same with other credentials.
    public func with(_ credentials: any AWSCredentialProvider) -> AWSConfiguration {
        var copy = self
        copy.credentials = credentials
        return copy
    }
}

/// A server that passes requests on to AWS.
public struct AWSProxy: Sendable, Equatable {
    public var url: String
    /// Hosts that are asked directly, separated by commas.
    public var exceptions: String

    public init(url: String, exceptions: String = "") {
        self.url = url
        self.exceptions = exceptions
    }
}

/// Where credentials may come from.
public struct CredentialSources: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `AWS_ACCESS_KEY_ID` and its companions.
    public static let environment = CredentialSources(rawValue: 1)
    /// The shared files in `~/.aws`, and what they name.
    public static let profiles = CredentialSources(rawValue: 2)
    /// `AWS_WEB_IDENTITY_TOKEN_FILE`.
    public static let webIdentity = CredentialSources(rawValue: 4)
    /// The endpoint of a container on ECS or EKS.
    public static let container = CredentialSources(rawValue: 8)
    /// The role of an EC2 instance.
    public static let instance = CredentialSources(rawValue: 16)

    public static let all: CredentialSources = [.environment, .profiles, .webIdentity, .container, .instance]
    /// What a job has of its own: only its variables. Everything else belongs to the machine it runs on.
    public static let job: CredentialSources = [.environment]
}
