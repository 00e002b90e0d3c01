internal import AWS
public import Execution
internal import Expressions

/// `aws-actions/configure-aws-credentials`: gives the steps after it credentials for AWS, and takes them back at the job's end.
///
/// Inputs, outputs and variables as the original's; see github.com/aws-actions/configure-aws-credentials. Credentials come from the
/// inputs, from a web identity token's file, or from what the job has already; there is no token service as GitHub's, with which
/// `audience` and `force-skip-oidc` would have to do.
public struct ConfigureCredentialsAction: BuiltinAction {
    public static let names = ["aws-actions/configure-aws-credentials"]
    public static let hasPost = true
    private static let exported = "exported"
    static let keyVariables = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
    static let regionVariables = ["AWS_REGION", "AWS_DEFAULT_REGION"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let inputs = try CredentialInputs(invocation)
        var asking = invocation
        // A step that brings credentials of its own may be the one that writes the profile.
        if inputs.accessKey != nil || inputs.tokenFile != nil { asking.environment["AWS_PROFILE"] = "" }
        var configuration = try asking.awsConfiguration(region: inputs.region)
        if let url = inputs.tokenEndpoint { configuration.endpoints.services[AWSService.sts.identifier] = url }
        configuration.proxy = inputs.proxy
        configuration.retries = AWSRetryPolicy(attempts: inputs.attempts, firstDelay: .milliseconds(100))
        var patience = invocation.awsPatience
        if let limit = inputs.timeLimit { patience = patience.limited(to: .seconds(limit)) }
        let session = try CredentialSession(
            inputs: inputs, invocation: invocation, configuration: configuration, patience: patience
        ).open()
        var result = ActionResult()
        if let renewable = session.renewable { invocation.remember(renewable, of: session.credentials.accessKeyID) }
        if let profile = inputs.profile {
            try ProfileFiles(invocation).write(
                profile, session.credentials, region: inputs.region, overwriting: inputs.overwritesProfile)
        }
        export(session, inputs, invocation, &result)
        // What is only an output the later steps take as they will.
        if inputs.exportsCredentials {
            try invocation.checkDeploys(adding: result.environment)
            try invocation.checkLaterJobs(adding: result.environment)
        }
        return result
    }

    private func export(
        _ session: CredentialSession.Opened, _ inputs: CredentialInputs, _ invocation: ActionInvocation,
        _ result: inout ActionResult
    ) {
        if inputs.masksAccount {
            invocation.mask(session.caller.account)
            invocation.mask(session.caller.arn)
        }
        result.outputs["aws-account-id"] = .string(session.caller.account)
        result.outputs["authenticated-arn"] = .string(session.caller.arn)
        let credentials = session.credentials
        if inputs.exportsCredentials {
            for name in Self.regionVariables { result.environment[name] = inputs.region }
            result.environment["AWS_ACCESS_KEY_ID"] = credentials.accessKeyID
            result.environment["AWS_SECRET_ACCESS_KEY"] = credentials.secretAccessKey
            // Empty where there is none: one that was there belongs to other keys.
            result.environment["AWS_SESSION_TOKEN"] = credentials.sessionToken ?? ""
            if let profile = inputs.profile { result.environment["AWS_PROFILE"] = profile }
            result.state = [Self.exported: "true"]
        }
        guard inputs.outputsCredentials else { return }
        result.outputs["aws-access-key-id"] = .string(credentials.accessKeyID)
        result.outputs["aws-secret-access-key"] = .string(credentials.secretAccessKey)
        if let token = credentials.sessionToken { result.outputs["aws-session-token"] = .string(token) }
        if let end = credentials.expirationText { result.outputs["aws-expiration"] = .string(end) }
    }

    public func finish(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        guard invocation.state[Self.exported] == "true" else { return ActionResult() }
        guard invocation.awsEnvironment["AWS_SKIP_CLEANUP_STEP"] != "true" else {
            invocation.log("Skipping cleanup step, as AWS_SKIP_CLEANUP_STEP says; the variables end with the job")
            return ActionResult()
        }
        let names = Self.keyVariables + Self.regionVariables
        return ActionResult(environment: Dictionary(uniqueKeysWithValues: names.map { ($0, "") }))
    }
}
