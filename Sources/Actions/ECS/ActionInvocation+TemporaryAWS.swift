internal import AWS
internal import Execution

extension ActionInvocation {
    func awsConfiguration() throws(ActionFailure) -> AWSConfiguration {
        do throws(AWSError) {
            return try AWSConfiguration(environment: commandEnvironment.merging(environment) { $1 }, sources: .job)
        } catch { throw ActionFailure("\(error)") }
    }
}
