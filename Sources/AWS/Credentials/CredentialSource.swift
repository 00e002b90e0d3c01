internal import FoundationEssentials

/// What a source of credentials found.
enum CredentialFinding: Sendable, Equatable {
    case found(AWSCredentials)
    /// It is not set up; the text says what is missing, for the message where no source has any.
    case absent(String)
}

/// A place where credentials may be. One that is set up and fails throws: the next source would only hide the mistake.
protocol CredentialSource: Sendable {
    /// For messages.
    var name: String { get }

    func find(_ patience: AWSPatience) throws(AWSError) -> CredentialFinding
}

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
struct EnvironmentCredentials: CredentialSource {
    let environment: [String: String]

    var name: String { "the environment" }

    func find(_ patience: AWSPatience) throws(AWSError) -> CredentialFinding {
        let set = environment.filter { !$0.value.isEmpty }
        switch (set["AWS_ACCESS_KEY_ID"], set["AWS_SECRET_ACCESS_KEY"]) {
        case (nil, nil): return .absent("AWS_ACCESS_KEY_ID is not set")
        case (let key?, let secret?):
            return .found(
                AWSCredentials(
                    accessKeyID: key, secretAccessKey: secret,
                    sessionToken: set["AWS_SESSION_TOKEN"] ?? set["AWS_SECURITY_TOKEN"], source: name))
        case (nil, _?): throw Self.half("AWS_SECRET_ACCESS_KEY", without: "AWS_ACCESS_KEY_ID")
        case (_?, nil): throw Self.half("AWS_ACCESS_KEY_ID", without: "AWS_SECRET_ACCESS_KEY")
        }
    }

    private static func half(_ present: String, without missing: String) -> AWSError {
        AWSError(.noCredentials, "\(present) is set in the environment, \(missing) is not", remedy: "set both or none")
    }
}

/// `AWS_WEB_IDENTITY_TOKEN_FILE` with `AWS_ROLE_ARN`, as pods of EKS have them.
struct WebIdentityCredentials: CredentialSource {
    let tokenFile: String?
    let role: String?
    let sessionName: String?
    let tokens: SecurityTokens
    let runtime: AWSRuntime

    var name: String { "the web identity token" }

    func find(_ patience: AWSPatience) throws(AWSError) -> CredentialFinding {
        guard let tokenFile else { return .absent("AWS_WEB_IDENTITY_TOKEN_FILE is not set") }
        guard let role else {
            throw AWSError(
                .noCredentials, "a web identity token file is set, and no role to assume with it", remedy: "set AWS_ROLE_ARN")
        }
        let token = try CredentialFile.text(tokenFile, of: name)
        let session = SecurityTokens.RoleRequest(
            role: role, sessionName: SecurityTokens.sessionName(sessionName ?? "slipway-\(runtime.seconds)"))
        return .found(
            try tokens.assume(
                session, webIdentityToken: token, source: "the role \(role) by \(name)", patience
            ).credentials)
    }
}

extension AWSRuntime {
    /// Seconds since 1970, for names.
    var seconds: Int { Int(now().timeIntervalSince1970) }
}
