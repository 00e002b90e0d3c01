public import AWS

/// What a deploy has of AWS, and where it tells what it does.
public struct Cloud {
    public let ecs: ECSClient
    public let ecr: ECRClient
    public let patience: AWSPatience
    let log: (String) -> Void
    let askRegistry: RegistryQuestion
    private let configuration: AWSConfiguration

    /// Asks a registry itself for an image, with a login. Nil where the registry does not have the image, or can't be reached.
    public typealias RegistryQuestion = (ECRImageName, ECRLogin?, AWSPatience) throws(AWSError) -> String?

    /// - Parameter askRegistry: how registries are reached.
    /// - Throws: `refused` where no region is known.
    public init(
        _ configuration: AWSConfiguration, patience: AWSPatience, log: @escaping (String) -> Void,
        askRegistry: @escaping RegistryQuestion = { name, login, patience throws(AWSError) in
            try RegistryManifest(name, login: login).digest(patience)
        }
    ) throws(DeploymentError) {
        self.configuration = configuration
        self.patience = patience
        self.log = log
        self.askRegistry = askRegistry
        do throws(AWSError) { ecs = try ECSClient(configuration, patience: patience) } catch {
            throw DeploymentError(.refused, "\(error)")
        }
        ecr = ECRClient(configuration, patience: patience)
    }

    /// The same for calls that are made although the job was told to stop.
    func afterCancel(_ limit: Duration) throws(DeploymentError) -> Cloud {
        try Cloud(configuration, patience: AWSPatience.endless.limited(to: limit), log: log, askRegistry: askRegistry)
    }

    /// Does something with AWS; what goes wrong there is told as it is.
    func asking<Value>(
        _ kind: DeploymentError.Kind = .unavailable, _ body: () throws(AWSError) -> Value
    ) throws(DeploymentError) -> Value {
        do throws(AWSError) { return try body() } catch {
            throw DeploymentError(error.reason == .cancelled ? .cancelled : kind, "\(error)")
        }
    }

    // MARK: What tasks say and how they are

    /// What a task's container wrote to its log last, the oldest line first.
    func lastLines(of stream: ECSLogStream, count: Int) throws(AWSError) -> [String] {
        try log(at: stream).last(count, patience).flatMap(\.lines)
    }

    func log(at stream: ECSLogStream) -> LogStream {
        var configuration = configuration
        configuration.region = stream.region
        return LogStream(group: stream.group, name: stream.name, configuration)
    }

    func targets(_ arn: String) -> TargetGroup { TargetGroup(arn, configuration) }

    /// Between how many tasks a service scales by itself; nil where it does not.
    func scaling(of service: ECSService) throws(AWSError) -> ScalableTargets.Target? {
        let resource = "service/\(ECSService.lastName(of: service.clusterARN))/\(service.name)"
        return try ScalableTargets(configuration).desiredCount(of: resource, patience)
    }
}
