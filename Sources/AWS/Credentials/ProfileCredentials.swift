internal import FoundationEssentials

/// A profile of the shared files, and what it leads to: keys, another profile's role, a program.
struct ProfileCredentials: CredentialSource {
    let profile: SharedProfile?
    let profiles: SharedProfiles
    let environment: [String: String]
    /// Makes a client of STS that has these credentials.
    let tokens: @Sendable (_ credentials: (any AWSCredentialProvider)?, _ region: String?) -> SecurityTokens
    let runtime: AWSRuntime

    var name: String { profile.map { "the profile \"\($0.name)\"" } ?? "the shared files" }

    func find(_ patience: AWSPatience) throws(AWSError) -> CredentialFinding {
        guard let profile else {
            let files = profiles.files.joined(separator: " or ")
            return .absent(files.isEmpty ? "HOME is not set" : "there is no default profile in \(files)")
        }
        return try find(profile, visited: [], patience)
    }

    private func find(
        _ profile: SharedProfile, visited: [String], _ patience: AWSPatience
    ) throws(AWSError) -> CredentialFinding {
        let isSource = visited.last == profile.name
        guard isSource || !visited.contains(profile.name) else {
            throw AWSError(
                .noCredentials, "the profiles \((visited + [profile.name]).joined(separator: " → ")) lead to each other",
                remedy: "correct source_profile")
        }
        if !isSource, let role = profile["role_arn"] {
            return .found(try assume(role, of: profile, visited: visited, patience))
        }
        let source = "the profile \"\(profile.name)\""
        if let key = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] {
            return .found(
                AWSCredentials(
                    accessKeyID: key, secretAccessKey: secret, sessionToken: profile["aws_session_token"], source: source))
        }
        if let command = profile["credential_process"] {
            return .found(
                try ProcessCredentials(command: command, environment: environment, name: source).credentials())
        }
        if profile["sso_session"] != nil || profile["sso_start_url"] != nil {
            throw AWSError(
                .noCredentials, "\(source) signs in by a browser (SSO), which a service can't do",
                remedy: "use a role, or keys, or credential_process")
        }
        return .absent("\(source) has no credentials")
    }

    private func assume(
        _ role: String, of profile: SharedProfile, visited: [String], _ patience: AWSPatience
    ) throws(AWSError) -> AWSCredentials {
        let source = "the role \(role) of the profile \"\(profile.name)\""
        guard profile["mfa_serial"] == nil else {
            throw AWSError(
                .noCredentials, "\(source) asks for a code of a device (mfa_serial), which a service can't type",
                remedy: "use a role that does not")
        }
        var request = SecurityTokens.RoleRequest(
            role: role, sessionName: SecurityTokens.sessionName(profile["role_session_name"] ?? "slipway-\(runtime.seconds)"))
        request.duration = profile["duration_seconds"].flatMap { Int($0) }
        request.externalID = profile["external_id"]
        let region = profile["region"]
        if let file = profile["web_identity_token_file"] {
            let token = try CredentialFile.text(file, of: source)
            return try tokens(nil, region).assume(request, webIdentityToken: token, source: source, patience).credentials
        }
        let base = try base(of: profile, visited: visited, patience)
        return try tokens(GivenCredentials(base), region).assume(request, source: source, patience).credentials
    }

    /// The credentials with which a profile's role is assumed.
    private func base(
        of profile: SharedProfile, visited: [String], _ patience: AWSPatience
    ) throws(AWSError) -> AWSCredentials {
        let finding: CredentialFinding
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let name?, nil):
            guard let source = profiles.profiles[name] else {
                throw AWSError(
                    .noCredentials, "the profile \"\(profile.name)\" names source_profile \"\(name)\", which is not there")
            }
            finding = try find(source, visited: visited + [profile.name], patience)
        case (nil, "Environment"?): finding = try EnvironmentCredentials(environment: environment).find(patience)
        case (nil, "EcsContainer"?): finding = try ContainerCredentials(environment: environment).find(patience)
        case (nil, "Ec2InstanceMetadata"?): finding = try InstanceMetadata(environment: environment).find(patience)
        case (nil, let other?):
            throw AWSError(
                .noCredentials, "the profile \"\(profile.name)\" has the unknown credential_source \"\(other)\"",
                remedy: "use Environment, Ec2InstanceMetadata or EcsContainer")
        default:
            throw AWSError(
                .noCredentials, "the profile \"\(profile.name)\" has a role_arn and nothing to assume it with",
                remedy: "give it either source_profile or credential_source, or web_identity_token_file")
        }
        switch finding {
        case .found(let credentials): return credentials
        case .absent(let reason):
            throw AWSError(.noCredentials, "the profile \"\(profile.name)\" has nothing to assume its role with: \(reason)")
        }
    }
}
