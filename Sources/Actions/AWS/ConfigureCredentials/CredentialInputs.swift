internal import AWS
internal import Execution

/// The inputs of `aws-actions/configure-aws-credentials`, checked.
struct CredentialInputs {
    let region: String
    let accessKey: AWSCredentials?
    let role: String?
    let tokenFile: String?
    let duration: Int
    let sessionName: String
    let externalID: String?
    let sessionPolicy: String?
    let managedPolicies: [String]
    let skipsTags: Bool
    let tags: [(name: String, value: String)]
    let transitiveTags: [String]
    /// Where the credentials are written to, for tools that are told a profile's name.
    let profile: String?
    let overwritesProfile: Bool
    /// Asked in place of AWS' own.
    let tokenEndpoint: String?
    let proxy: AWSProxy?
    /// Whether the role is to be assumed with the credentials that earlier steps left.
    let isChained: Bool
    let masksAccount: Bool
    let outputsCredentials: Bool
    let exportsCredentials: Bool
    let unsetsCurrent: Bool
    let usesExisting: Bool
    let allowedAccounts: [String]
    let attempts: Int
    let avoidsSpecialCharacters: Bool
    /// Seconds.
    let timeLimit: Int?

    /// - Parameter given: as the step has it; see ``ActionInvocation/withInputsOfVariables()``.
    init(_ given: ActionInvocation) throws(ActionFailure) {
        let invocation = try given.withInputsOfVariables()
        func list(_ name: String) -> [String] {
            (invocation.input(name) ?? "").split { $0.isNewline || $0 == "," }.map { String($0.filter { !$0.isWhitespace }) }
                .filter { !$0.isEmpty }
        }
        region = try Self.region(invocation.input("aws-region"))
        accessKey = try Self.accessKey(invocation)
        role = invocation.input("role-to-assume")
        tokenFile = invocation.input("web-identity-token-file")
        duration = try invocation.number("role-duration-seconds", in: 900...43_200) ?? 3600
        sessionName = try Self.sessionName(invocation.input("role-session-name") ?? "GitHubActions")
        externalID = invocation.input("role-external-id")
        sessionPolicy = invocation.input("inline-session-policy")
        managedPolicies = list("managed-session-policies")
        skipsTags = try invocation.flag("role-skip-session-tagging")
        tags = try SessionTags(invocation, custom: invocation.input("custom-tags")).list
        transitiveTags = list("transitive-tag-keys")
        isChained = try invocation.flag("role-chaining")
        masksAccount = try invocation.flag("mask-aws-account-id")
        outputsCredentials = try invocation.flag("output-credentials")
        profile = invocation.input("aws-profile")
        overwritesProfile = try invocation.flag("overwrite-aws-profile")
        exportsCredentials = try invocation.flag("output-env-credentials", default: profile == nil)
        unsetsCurrent = try invocation.flag("unset-current-credentials")
        usesExisting = try invocation.flag("use-existing-credentials")
        allowedAccounts = list("allowed-account-ids")
        avoidsSpecialCharacters = try invocation.flag("special-characters-workaround")
        tokenEndpoint = try Self.address("sts-endpoint", invocation)
        proxy = try Self.proxy(invocation)
        let mayRetry = try !invocation.flag("disable-retry") || avoidsSpecialCharacters
        let attempts = try invocation.number("retry-max-attempts", in: -1000...1000) ?? 12
        self.attempts = mayRetry ? max(1, attempts) : 1
        timeLimit = try invocation.number("action-timeout-s", in: 0...86_400).flatMap { $0 > 0 ? $0 : nil }
        if let profile { try ProfileFiles.check(profile) }
        try remark(invocation)
    }

    /// Says what is given and has no effect.
    private func remark(_ invocation: ActionInvocation) throws(ActionFailure) {
        if let audience = invocation.input("audience"), audience != "sts.amazonaws.com" {
            invocation.warn(
                "the input \"audience\" has no effect: it is for a token of GitHub's service (OIDC), and there is none here")
        }
        if try invocation.flag("force-skip-oidc") {
            invocation.log("\"force-skip-oidc\": there is no token service (OIDC) that would have to be passed by")
        }
        if tokenFile != nil, invocation.input("custom-tags") != nil {
            invocation.warn(
                "the input \"custom-tags\" has no effect: with a web identity token, the session's tags are those of the token")
        }
    }

    private static func sessionName(_ name: String) throws(ActionFailure) -> String {
        guard name == SecurityTokens.sessionName(name) else {
            throw ActionFailure(
                "the input \"role-session-name\" must be 2 to 64 letters, digits and _=,.@-, as AWS takes no other, found \"\(name)\""
            )
        }
        return name
    }

    private static func address(_ name: String, _ invocation: ActionInvocation) throws(ActionFailure) -> String? {
        guard let url = invocation.input(name) else { return nil }
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw ActionFailure("the input \"\(name)\" must be an http or https URL, found \"\(url)\"")
        }
        return url
    }

    /// The variable counts also where no other does.
    private static func proxy(_ invocation: ActionInvocation) throws(ActionFailure) -> AWSProxy? {
        let variable = invocation.awsEnvironment["HTTP_PROXY"].flatMap { $0.isEmpty ? nil : $0 }
        guard let url = invocation.input("http-proxy") ?? variable else { return nil }
        return AWSProxy(url: url, exceptions: invocation.input("no-proxy") ?? "")
    }

    private static func region(_ text: String?) throws(ActionFailure) -> String {
        guard let text, !text.isEmpty else {
            throw ActionFailure(
                "the input \"aws-region\" is required, as the settings give the repository no region (aws.region)")
        }
        guard text.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }) else {
            throw ActionFailure("Region is not valid: \(text)")
        }
        return text
    }

    private static func accessKey(_ invocation: ActionInvocation) throws(ActionFailure) -> AWSCredentials? {
        guard let key = invocation.input("aws-access-key-id") else {
            guard invocation.input("aws-secret-access-key") == nil else {
                throw ActionFailure("'aws-access-key-id' must be provided if 'aws-secret-access-key' is provided")
            }
            return nil
        }
        guard let secret = invocation.input("aws-secret-access-key") else {
            throw ActionFailure("'aws-secret-access-key' must be provided if 'aws-access-key-id' is provided")
        }
        return AWSCredentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: invocation.input("aws-session-token"),
            source: "the action's inputs")
    }
}
