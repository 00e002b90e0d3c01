internal import AWS
internal import Archives
internal import Execution
internal import Expressions

/// One way from what a job has to the credentials that it asks for.
struct CredentialSession {
    let inputs: CredentialInputs
    let invocation: ActionInvocation
    /// With the credentials that the job has already, if any.
    let configuration: AWSConfiguration
    let patience: AWSPatience

    /// Credentials that AWS has taken.
    struct Opened {
        var credentials: AWSCredentials
        var caller: SecurityTokens.Caller
        /// Nil where they are those of a key that does not end, or of somebody else.
        var renewable: RenewableCredentials?
    }

    private static let mostTries = 12

    func open() throws(ActionFailure) -> Opened {
        if inputs.usesExisting, let existing = try? identified(try current()) {
            invocation.log("Pre-existing credentials are valid. No need to generate new ones.")
            return try checked(renewable(existing))
        }
        if let file = inputs.tokenFile { return try checked(try opened(byTokenIn: file)) }
        let given: AWSCredentials
        if let key = inputs.accessKey { given = masked(key) } else { given = try current() }
        let base = try identified(given)
        guard let name = inputs.role else {
            invocation.log("Proceeding with \(base.credentials.source)")
            return try checked(renewable(base))
        }
        let role = try arn(of: name, for: base.caller)
        guard !isSession(base.caller, of: role) else {
            invocation.log("The job has the credentials of \(role) already")
            return try checked(renewable(base))
        }
        return try checked(try assumed(role, with: base.credentials))
    }

    // MARK: - Sources

    /// What the job has: by its repository's settings, or by an earlier step.
    private func current() throws(ActionFailure) -> AWSCredentials {
        let hasOwn = !inputs.unsetsCurrent
        do throws(AWSError) {
            // They may have been renewed since a step told them.
            if hasOwn { return masked(try configuration.credentials.credentials(patience)) }
        } catch {
            guard error.reason == .noCredentials else { throw ActionFailure("\(error)") }
        }
        throw ActionFailure(
            "Credentials could not be loaded: the job has none, and no inputs give any. GitHub's token service (OIDC), which a role "
                + "alone would need, is not there: give the repository a role in Slipway's settings (aws.role), whose credentials "
                + "its jobs then have by themselves, or give aws-access-key-id and aws-secret-access-key, or "
                + "web-identity-token-file")
    }

    /// What the job has already goes on to be renewed, under whichever key it is now.
    private func renewable(_ opened: Opened) -> Opened {
        guard inputs.accessKey == nil else { return opened }
        var opened = opened
        opened.renewable = invocation.renewableCredentials(of: invocation.environment["AWS_ACCESS_KEY_ID"])
        return opened
    }

    private func masked(_ credentials: AWSCredentials) -> AWSCredentials {
        invocation.mask(credentials.accessKeyID)
        invocation.mask(credentials.secretAccessKey)
        if let token = credentials.sessionToken { invocation.mask(token) }
        return credentials
    }

    private func tokens(_ credentials: AWSCredentials?) -> SecurityTokens {
        SecurityTokens(credentials.map { configuration.with(GivenCredentials($0)) } ?? configuration)
    }

    private func identified(_ credentials: AWSCredentials) throws(ActionFailure) -> Opened {
        let caller = try invocation.inAWS { () throws(AWSError) in try tokens(credentials).callerIdentity(patience) }
        return Opened(credentials: credentials, caller: caller)
    }

    private func checked(_ opened: Opened) throws(ActionFailure) -> Opened {
        let allowed = inputs.allowedAccounts
        guard allowed.isEmpty || allowed.contains(opened.caller.account) else {
            throw ActionFailure(
                "the credentials are of the account \(opened.caller.account), which is none of allowed-account-ids: "
                    + allowed.joined(separator: ", "))
        }
        return opened
    }

    // MARK: - Roles

    private func arn(of role: String, for caller: SecurityTokens.Caller) throws(ActionFailure) -> String {
        if role.hasPrefix("arn:") { return role }
        let partition = caller.arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst().first ?? "aws"
        return "arn:\(partition):iam::\(caller.account):role/\(role)"
    }

    /// Whether somebody is a session of a role: a role need not be allowed to assume itself.
    private func isSession(_ caller: SecurityTokens.Caller, of role: String) -> Bool {
        let parts = role.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[4] == caller.account, let name = parts[5].split(separator: "/").last else { return false }
        return caller.arn.contains(":assumed-role/\(name)/") && !inputs.isChained
    }

    private func request(_ role: String) -> SecurityTokens.RoleRequest {
        var request = SecurityTokens.RoleRequest(role: role, sessionName: inputs.sessionName, duration: inputs.duration)
        request.externalID = inputs.externalID
        request.policy = inputs.sessionPolicy
        request.policyARNs = inputs.managedPolicies
        // A role is not assumed where one is to be handed on that the session does not have.
        request.transitiveTags =
            inputs.skipsTags ? [] : inputs.transitiveTags.filter { key in inputs.tags.contains { $0.name == key } }
        return request
    }

    private func opened(byTokenIn file: String) throws(ActionFailure) -> Opened {
        guard let role = inputs.role else {
            throw ActionFailure("'role-to-assume' must be provided if 'web-identity-token-file' is provided")
        }
        guard role.hasPrefix("arn:") else {
            throw ActionFailure("with a web identity token, 'role-to-assume' must be the role's ARN, found \"\(role)\"")
        }
        guard let token = try JobFiles(invocation).text(file, limit: 64 << 10) else {
            throw ActionFailure("Web identity token file does not exist: \(file)")
        }
        let wanted = request(role)
        invocation.mask(Self.plain(token))
        let (tokens, files) = (SecurityTokens(configuration), try JobFiles(invocation))
        let (map, path) = (files.map, files.absolute(file))
        // Whoever keeps such a file puts new tokens in it.
        return try usable { (patience) throws(AWSError) in
            let text: String?
            do { text = try map.text(of: path, limit: 64 << 10) } catch { throw AWSError(.local, "\(error)") }
            guard let text else { throw AWSError(.local, "Web identity token file does not exist: \(file)") }
            return try tokens.assume(wanted, webIdentityToken: Self.plain(text), source: "the role \(role)", patience)
        }
    }

    private func assumed(_ role: String, with base: AWSCredentials) throws(ActionFailure) -> Opened {
        var wanted = request(role)
        if !inputs.skipsTags { wanted.tags = inputs.tags }
        // What the job has already may be renewable itself.
        let tokens = inputs.accessKey == nil ? SecurityTokens(configuration) : tokens(base)
        return try usable { [wanted] (patience) throws(AWSError) in
            try tokens.assume(wanted, source: "the role \(role)", patience)
        }
    }

    private static func plain(_ token: String) -> String { String(token.filter { !$0.isWhitespace }) }

    /// Some tools can't cope with special characters in a secret: others are asked for until there are none.
    private func usable(
        _ assume: @escaping @Sendable (AWSPatience) throws(AWSError) -> SecurityTokens.Session
    ) throws(ActionFailure) -> Opened {
        var session = try invocation.inAWS { () throws(AWSError) in try assume(patience) }
        var tries = 1
        while inputs.avoidsSpecialCharacters, !Self.isPlain(session.credentials.secretAccessKey), tries < Self.mostTries {
            session = try invocation.inAWS { () throws(AWSError) in try assume(patience) }
            tries += 1
        }
        invocation.log("Authenticated as assumedRoleId \(session.id)")
        var opened = try identified(masked(session.credentials))
        opened.renewable = RenewableCredentials(session.credentials, now: configuration.runtime.now) {
            (patience) throws(AWSError) in try assume(patience).credentials
        }
        return opened
    }

    private static func isPlain(_ secret: String) -> Bool { secret.allSatisfy { $0.isLetter || $0.isNumber } }
}
