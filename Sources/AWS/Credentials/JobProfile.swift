/// A profile of shared files that a job wrote for itself.
///
/// Only keys that stand in it count: what a profile names beside them (programs, roles, the machine's own credentials) would be used
/// outside of the job.
public struct JobProfile: Sendable {
    public var name: String
    /// Both files' paths as the job knows them, for messages.
    public var files: [String]
    /// The texts of `~/.aws/config` and `~/.aws/credentials`.
    public var configuration: String
    public var credentials: String

    public init(name: String, files: [String], configuration: String, credentials: String) {
        self.name = name
        self.files = files
        self.configuration = configuration
        self.credentials = credentials
    }

    /// Whether one of the texts has such a profile.
    public var isThere: Bool { profile != nil }

    public var accessKeyID: String? { profile?["aws_access_key_id"] }

    fileprivate var profile: SharedProfile? {
        SharedProfiles(configuration: configuration, credentials: credentials).profiles[name]
    }
}

extension AWSConfiguration {
    /// As a job configures its tools: by its variables, and by a profile of its own.
    ///
    /// - Throws: where the profile is not there, or has no keys.
    public init(environment: [String: String], profile: JobProfile, runtime: AWSRuntime = .system) throws(AWSError) {
        let files = profile.files.joined(separator: " and ")
        guard let found = profile.profile else {
            throw AWSError(
                .noCredentials, "AWS_PROFILE names the profile \"\(profile.name)\", which is not in \(files)",
                remedy: "correct the name, or write the profile by \"aws-profile\" of aws-actions/configure-aws-credentials")
        }
        guard let key = found["aws_access_key_id"], let secret = found["aws_secret_access_key"] else {
            throw AWSError(
                .noCredentials, "the profile \"\(profile.name)\" in \(files) has no aws_access_key_id with aws_secret_access_key",
                remedy: "Slipway's own actions use the keys of a profile, and nothing that it refers to")
        }
        try self.init(environment: environment, sources: .job, runtime: runtime)
        endpoints = AWSEndpoints(environment: environment, profile: found)
        region = region ?? found["region"]
        credentials = GivenCredentials(
            AWSCredentials(
                accessKeyID: key, secretAccessKey: secret, sessionToken: found["aws_session_token"],
                source: "the profile \"\(profile.name)\""))
    }
}
