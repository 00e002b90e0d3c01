internal import AWS
internal import Execution

/// The inputs of `aws-actions/configure-aws-credentials`, checked. Those that are not given are taken from variables of the same
/// name in capitals, as the original takes them.
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
    let transitiveTags: [String]
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

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        let environment = invocation.awsEnvironment
        func text(_ name: String) -> String? {
            if let value = invocation.input(name) { return value }
            let variable = environment[String(name.uppercased().map { $0 == "-" ? "_" : $0 })]
            return variable.flatMap { $0.isEmpty ? nil : $0 }
        }
        func list(_ name: String) -> [String] {
            (text(name) ?? "").split { $0.isNewline || $0 == "," }.map { String($0.filter { !$0.isWhitespace }) }
                .filter { !$0.isEmpty }
        }
        region = try Self.region(text("aws-region") ?? environment["AWS_DEFAULT_REGION"])
        accessKey = try Self.accessKey(invocation)
        role = text("role-to-assume")
        tokenFile = text("web-identity-token-file")
        duration = try invocation.number("role-duration-seconds", in: 900...43_200) ?? 3600
        sessionName = SecurityTokens.sessionName(text("role-session-name") ?? "GitHubActions")
        externalID = text("role-external-id")
        sessionPolicy = text("inline-session-policy")
        managedPolicies = list("managed-session-policies")
        skipsTags = try invocation.flag("role-skip-session-tagging")
        transitiveTags = list("transitive-tag-keys")
        isChained = try invocation.flag("role-chaining")
        masksAccount = try invocation.flag("mask-aws-account-id")
        outputsCredentials = try invocation.flag("output-credentials")
        exportsCredentials = try invocation.flag("output-env-credentials", default: true)
        unsetsCurrent = try invocation.flag("unset-current-credentials")
        usesExisting = try invocation.flag("use-existing-credentials")
        allowedAccounts = list("allowed-account-ids")
        avoidsSpecialCharacters = try invocation.flag("special-characters-workaround")
        let mayRetry = try !invocation.flag("disable-retry") || avoidsSpecialCharacters
        let attempts = try invocation.number("retry-max-attempts", in: -1000...1000) ?? 12
        self.attempts = mayRetry ? max(1, attempts) : 1
        timeLimit = try invocation.number("action-timeout-s", in: 0...86_400).flatMap { $0 > 0 ? $0 : nil }
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
