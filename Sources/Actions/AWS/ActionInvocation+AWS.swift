internal import AWS
internal import Execution

extension ActionInvocation {
    /// AWS as the job knows it: by its own variables and profiles, never by what belongs to the machine.
    ///
    /// - Parameter region: goes before that of the variables.
    func awsConfiguration(region: String? = nil) throws(ActionFailure) -> AWSConfiguration {
        try requireNetwork(to: "reach AWS")
        var configuration = try inAWS { () throws(AWSError) in
            try AWSConfiguration(environment: awsEnvironment, sources: .job)
        }
        var key = awsEnvironment["AWS_ACCESS_KEY_ID"]
        if let profile = try awsProfile() {
            key = profile.accessKeyID
            configuration = try inAWS { () throws(AWSError) in
                try AWSConfiguration(environment: awsEnvironment, profile: profile)
            }
        }
        if let renewable = renewableCredentials(of: key) { configuration.credentials = renewable }
        if let region { configuration.region = region }
        return configuration
    }

    /// The profile that `AWS_PROFILE` names; nil where it names none, or the job has neither of the files.
    ///
    /// As in the originals of the actions, a profile that is named goes before keys in variables.
    private func awsProfile() throws(ActionFailure) -> JobProfile? {
        guard let name = awsEnvironment["AWS_PROFILE"], !name.isEmpty else { return nil }
        let files = try ProfileFiles(self)
        let profile = try files.profile(named: name)
        return profile.configuration.isEmpty && profile.credentials.isEmpty ? nil : profile
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
