internal import AWS
public import Execution

/// What a build asks of AWS, asked with the credentials and in the region of the build's own variables: those of the repository's
/// settings, never those of the machine.
public struct AWSBuildSecrets: BuildSecrets {
    public init() {}

    public func parameters(_ names: [String], for invocation: ActionInvocation) throws(ActionFailure) -> [String: String] {
        try asking { () throws(AWSError) in
            try ParameterStore(try Self.configuration(invocation)).values(of: names, Self.patience(invocation))
        }
    }

    public func secret(_ wish: SecretWish, for invocation: ActionInvocation) throws(ActionFailure) -> String {
        try asking { () throws(AWSError) in
            try SecretsManager(try Self.configuration(invocation)).value(
                of: wish.id, stage: wish.stage, version: wish.version, Self.patience(invocation))
        }
    }

    private static func configuration(_ invocation: ActionInvocation) throws(AWSError) -> AWSConfiguration {
        try AWSConfiguration(environment: invocation.commandEnvironment, sources: .job)
    }

    private static func patience(_ invocation: ActionInvocation) -> AWSPatience {
        AWSPatience(descriptor: invocation.cancellation.descriptor).limited(to: .seconds(60))
    }

    private func asking<Value>(_ body: () throws(AWSError) -> Value) throws(ActionFailure) -> Value {
        do throws(AWSError) { return try body() } catch { throw ActionFailure("\(error)") }
    }
}
