/// What a container is made from. Names and meaning are those of "Create a container" in the Docker Engine's API.
public struct ContainerDefinition: Encodable, Equatable, Sendable {
    public var image: String
    /// Nil: the image's. An empty list: none.
    public var entrypoint: [String]?
    /// Nil: the image's, unless the entrypoint is given.
    public var command: [String]?
    /// `NAME=value`, over the image's own.
    public var environment: [String] = []
    public var workingDirectory: String?
    /// Name or number, with a group after a colon; nil: the image's.
    public var user: String?
    public var labels: [String: String] = [:]
    public var hostName: String?
    public var domainName: String?
    /// `80/tcp`
    public var exposedPorts: Set<String> = []
    public var healthCheck: HealthCheck?
    public var stopSignal: String?
    /// Seconds.
    public var stopTimeout: Int?
    public var host = HostConfiguration()
    /// The network that it joins at its start.
    public var network: NetworkMembership?

    public init(image: String) { self.image = image }

    private enum CodingKeys: String, CodingKey {
        case image = "Image"
        case entrypoint = "Entrypoint"
        case command = "Cmd"
        case environment = "Env"
        case workingDirectory = "WorkingDir"
        case user = "User"
        case labels = "Labels"
        case hostName = "Hostname"
        case domainName = "Domainname"
        case exposedPorts = "ExposedPorts"
        case healthCheck = "Healthcheck"
        case stopSignal = "StopSignal"
        case stopTimeout = "StopTimeout"
        case host = "HostConfig"
        case networking = "NetworkingConfig"
    }

    private struct Nothing: Encodable {}

    private struct Endpoint: Encodable {
        var aliases: [String]

        enum CodingKeys: String, CodingKey { case aliases = "Aliases" }
    }

    private struct Networking: Encodable {
        var endpoints: [String: Endpoint]

        enum CodingKeys: String, CodingKey { case endpoints = "EndpointsConfig" }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(image, forKey: .image)
        try container.encodeIfPresent(entrypoint, forKey: .entrypoint)
        try container.encodeIfPresent(command, forKey: .command)
        try container.encode(environment, forKey: .environment)
        try container.encodeIfPresent(workingDirectory, forKey: .workingDirectory)
        try container.encodeIfPresent(user, forKey: .user)
        try container.encode(labels, forKey: .labels)
        try container.encodeIfPresent(hostName, forKey: .hostName)
        try container.encodeIfPresent(domainName, forKey: .domainName)
        let exposed = exposedPorts.union(host.portBindings.keys)
        try container.encode(Dictionary(uniqueKeysWithValues: exposed.map { ($0, Nothing()) }), forKey: .exposedPorts)
        try container.encodeIfPresent(healthCheck, forKey: .healthCheck)
        try container.encodeIfPresent(stopSignal, forKey: .stopSignal)
        try container.encodeIfPresent(stopTimeout, forKey: .stopTimeout)
        var host = host
        if let network {
            host.networkMode = network.network
            let endpoints = [network.network: Endpoint(aliases: network.aliases)]
            try container.encode(Networking(endpoints: endpoints), forKey: .networking)
        }
        try container.encode(host, forKey: .host)
    }
}

/// A network, and the names that a container has in it.
public struct NetworkMembership: Equatable, Sendable {
    public var network: String
    public var aliases: [String]

    public init(network: String, aliases: [String] = []) {
        self.network = network
        self.aliases = aliases
    }
}

/// How the engine finds out whether a container is healthy.
public struct HealthCheck: Encodable, Equatable, Sendable {
    /// `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", command]`; empty: the image's.
    public var test: [String] = []
    /// Nanoseconds; 0: the image's, or the engine's default.
    public var interval: Int64 = 0
    public var timeout: Int64 = 0
    public var startPeriod: Int64 = 0
    public var retries = 0

    public init() {}

    private enum CodingKeys: String, CodingKey {
        case test = "Test"
        case interval = "Interval"
        case timeout = "Timeout"
        case startPeriod = "StartPeriod"
        case retries = "Retries"
    }
}
