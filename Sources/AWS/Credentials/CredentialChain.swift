internal import FoundationEssentials

/// Asks one source after the other, in the order of AWS' own kits, and keeps what it got until shortly before it expires.
public final class CredentialChain: AWSCredentialProvider {
    private let sources: [any CredentialSource]
    private let kept: KeptCredentials
    /// Whether only a job's own variables are looked at; the advice differs.
    private let isJob: Bool

    init(sources: [any CredentialSource], isJob: Bool = false, runtime: AWSRuntime) {
        self.sources = sources
        self.isJob = isJob
        kept = KeptCredentials(runtime)
    }

    convenience init(
        environment: [String: String], sources: CredentialSources, profiles: SharedProfiles, profile: SharedProfile?,
        region: String?, endpoints: AWSEndpoints, retries: AWSRetryPolicy, runtime: AWSRuntime
    ) {
        let tokens: @Sendable ((any AWSCredentialProvider)?, String?) -> SecurityTokens = { credentials, own in
            SecurityTokens(
                AWSConfiguration(
                    region: own ?? region ?? "us-east-1", credentials: credentials ?? NoCredentials(), endpoints: endpoints,
                    retries: retries, runtime: runtime))
        }
        var list: [any CredentialSource] = []
        if sources.contains(.environment) { list.append(EnvironmentCredentials(environment: environment)) }
        if sources.contains(.webIdentity) {
            let set = environment.filter { !$0.value.isEmpty }
            list.append(
                WebIdentityCredentials(
                    tokenFile: set["AWS_WEB_IDENTITY_TOKEN_FILE"], role: set["AWS_ROLE_ARN"],
                    sessionName: set["AWS_ROLE_SESSION_NAME"], tokens: tokens(nil, nil), runtime: runtime))
        }
        if sources.contains(.profiles) {
            list.append(
                ProfileCredentials(
                    profile: profile, profiles: profiles, environment: environment, tokens: tokens, runtime: runtime))
        }
        if sources.contains(.container) { list.append(ContainerCredentials(environment: environment)) }
        if sources.contains(.instance) { list.append(InstanceMetadata(environment: environment)) }
        self.init(sources: list, isJob: sources == .job, runtime: runtime)
    }

    public func credentials(_ patience: AWSPatience) throws(AWSError) -> AWSCredentials {
        try kept.value { () throws(AWSError) in try find(patience) }
    }

    public func forget(_ credentials: AWSCredentials) -> Bool { kept.forget(credentials) }

    private func find(_ patience: AWSPatience) throws(AWSError) -> AWSCredentials {
        var reasons: [String] = []
        for source in sources {
            switch try source.find(patience) {
            case .found(let credentials): return credentials
            case .absent(let reason): reasons.append("\(source.name): \(reason)")
            }
        }
        let advice =
            isJob
            ? "give the repository a role in the settings (aws), or run aws-actions/configure-aws-credentials before"
            : "give this machine a role, or set keys in the environment or in a profile"
        throw AWSError(.noCredentials, "no AWS credentials: \(reasons.joined(separator: "; "))", remedy: advice)
    }
}

/// For calls that are not signed.
struct NoCredentials: AWSCredentialProvider {
    func credentials(_ patience: AWSPatience) throws(AWSError) -> AWSCredentials {
        throw AWSError(.noCredentials, "no AWS credentials are given")
    }
}
