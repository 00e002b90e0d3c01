internal import AWS
public import Execution

/// What a build asks of AWS, asked with the credentials and in the region of the build's own variables: those of the repository's
/// settings, never those of the machine.
public struct AWSBuildSecrets: BuildSecrets {
    public init() {}

    public func parameters(_ names: [String], for invocation: ActionInvocation) throws(ActionFailure) -> [String: String] {
        let configuration = try invocation.awsConfiguration()
        return try invocation.inAWS { () throws(AWSError) in
            try ParameterStore(configuration).values(of: names, invocation.secretsPatience)
        }
    }

    public func secret(_ wish: SecretWish, for invocation: ActionInvocation) throws(ActionFailure) -> String {
        let configuration = try invocation.awsConfiguration()
        return try invocation.inAWS { () throws(AWSError) in
            try SecretsManager(configuration).value(
                of: wish.id, stage: wish.stage, version: wish.version, invocation.secretsPatience)
        }
    }
}

extension ActionInvocation {
    /// A build waits no longer than that for what it can't begin without.
    fileprivate var secretsPatience: AWSPatience { awsPatience.limited(to: .seconds(60)) }
}
