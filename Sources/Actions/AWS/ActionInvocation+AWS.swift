internal import AWS
internal import Execution

extension ActionInvocation {
    /// AWS as the job knows it: by its own variables, never by what belongs to the machine.
    ///
    /// - Parameter region: goes before that of the variables.
    func awsConfiguration(region: String? = nil) throws(ActionFailure) -> AWSConfiguration {
        try requireNetwork(to: "reach AWS")
        var configuration = try inAWS { () throws(AWSError) in
            try AWSConfiguration(environment: awsEnvironment, sources: .job)
        }
        if let region { configuration.region = region }
        return configuration
    }

    var awsEnvironment: [String: String] { commandEnvironment.merging(environment) { $1 } }

    /// Ends with the step's cancel, and with its time.
    var awsPatience: AWSPatience {
        let moment = deadline.map { ContinuousClock.now + .seconds($0.remaining) }
        return AWSPatience(until: moment, descriptor: cancellation.descriptor)
    }

    /// Does something with AWS, whose errors fail the step.
    func inAWS<Value>(_ work: () throws(AWSError) -> Value) throws(ActionFailure) -> Value {
        do throws(AWSError) { return try work() } catch {
            let isEnded = error.reason == .cancelled || (error.reason == .tookTooLong && cancellation.level != .none)
            throw ActionFailure(isEnded ? "cancelled: \(cancellation.reason)" : "\(error)")
        }
    }
}
