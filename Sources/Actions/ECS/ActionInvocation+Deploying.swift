internal import AWS
internal import Deployments
internal import Docker
internal import EngineAddresses
internal import Execution
internal import Plan

/// Deploys; what goes wrong there is the action's failure.
func deploying<Value>(_ body: () throws(DeploymentError) -> Value) throws(ActionFailure) -> Value {
    do throws(DeploymentError) { return try body() } catch { throw ActionFailure(error.message) }
}

extension ActionInvocation {
    /// The job, as one that deploys.
    func deployingJob() throws(ActionFailure) -> DeployingJob {
        try deploying { () throws(DeploymentError) in
            try DeployingJob(assignment, cancellation: cancellation, tell: tellDeployment)
        }
    }

    /// AWS, as the job has it.
    ///
    /// - Parameter region: nil: that of the job.
    func cloud(region: String? = nil) throws(ActionFailure) -> Cloud {
        let configuration = try awsConfiguration(region: region)
        let engine = assignment.engine
        return try deploying { () throws(DeploymentError) in
            try Cloud(configuration, patience: AWSPatience(descriptor: cancellation.descriptor), log: log) {
                name, login, patience throws(AWSError) in
                // The engine that pushed the image knows how to reach its registry.
                if let engine, let digest = Self.engineDigest(name, login, engine, patience) { return digest }
                return try RegistryManifest(name, login: login).digest(patience)
            }
        }
    }

    /// Nil where the engine does not know, or is not there.
    private static func engineDigest(
        _ name: ECRImageName, _ login: ECRLogin?, _ engine: EngineAddress, _ patience: AWSPatience
    ) -> String? {
        let credentials = login.map { RegistryCredentials(username: $0.username, password: $0.password) }
        guard let reference = ImageReference(name.description) else { return nil }
        do throws(DockerError) {
            let patience = Patience(until: .now + .seconds(60), descriptor: patience.descriptor)
            return try DockerEngine(at: engine, patience: patience)
                .registryDigest(of: reference, credentials: credentials, patience: patience)
        } catch {
            return nil
        }
    }

    /// Says that something is not as it should be, without the step failing for it.
    func warn(_ message: String) { log("##[warning]\(message)") }

    /// The text of a file that an input names.
    func file(_ path: String, for what: String) throws(ActionFailure) -> String {
        guard let text = try JobFiles(self).text(path, limit: 4 << 20) else {
            throw ActionFailure("there is no file \(path), which is to hold the \(what); a relative path begins at the checkout")
        }
        return text
    }

    func required(_ name: String) throws(ActionFailure) -> String {
        guard let value = input(name) else { throw ActionFailure("the input \"\(name)\" is required") }
        return value
    }
}

extension RegisteredTaskDefinition {
    /// Says on the run's page what was registered, where no service's deployment does.
    var notice: Annotation {
        let images = images.map { image in
            let name = image.digest.map { image.name.hasSuffix($0) ? image.name : "\(image.name), \($0)" } ?? image.name
            return "\(image.container): \(name)"
        }
        return Annotation(
            level: .notice,
            message: "\(arn.split(separator: "/").last.map(String.init) ?? arn) runs \(images.joined(separator: "; "))",
            title: "Task definition")
    }
}
