/// A container as the engine describes it.
public struct ContainerDescription: Decodable, Sendable {
    public struct Health: Decodable, Sendable {
        public struct Probe: Decodable, Sendable {
            public var exitCode: Int32
            public var output: String

            enum CodingKeys: String, CodingKey {
                case exitCode = "ExitCode"
                case output = "Output"
            }
        }

        /// `starting`, `healthy`, `unhealthy`, `none`.
        public var status: String
        /// The last ones.
        public var log: [Probe]?

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case log = "Log"
        }
    }

    public struct State: Decodable, Sendable {
        /// `created`, `running`, `exited`, `dead`, …
        public var status: String
        public var isRunning: Bool
        public var exitCode: Int32
        /// Whether the kernel killed a process of it because its memory ran out.
        public var ranOutOfMemory: Bool
        public var error: String
        /// Nil where there is no health check.
        public var health: Health?

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case isRunning = "Running"
            case exitCode = "ExitCode"
            case ranOutOfMemory = "OOMKilled"
            case error = "Error"
            case health = "Health"
        }
    }

    public struct Configuration: Decodable, Sendable {
        public var image: String
        /// Name or number, with a group after a colon; empty: root.
        public var user: String
        /// `NAME=value`
        public var environment: [String]
        public var labels: [String: String]

        enum CodingKeys: String, CodingKey {
            case image = "Image"
            case user = "User"
            case environment = "Env"
            case labels = "Labels"
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            image = try container.decodeIfPresent(String.self, forKey: .image) ?? ""
            user = try container.decodeIfPresent(String.self, forKey: .user) ?? ""
            environment = try container.decodeIfPresent([String].self, forKey: .environment) ?? []
            labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        }
    }

    public struct Host: Decodable, Sendable {
        /// Whether the engine removes it, with its unnamed volumes, as soon as it ends: `--rm`.
        public var removesItself: Bool

        enum CodingKeys: String, CodingKey { case removesItself = "AutoRemove" }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            removesItself = try container.decodeIfPresent(Bool.self, forKey: .removesItself) ?? false
        }
    }

    public struct Networks: Decodable, Sendable {
        /// By the port in the container: `80/tcp`. Null for one that is exposed and not published.
        public var ports: [String: [PortBinding]?]

        enum CodingKeys: String, CodingKey { case ports = "Ports" }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            ports = try container.decodeIfPresent([String: [PortBinding]?].self, forKey: .ports) ?? [:]
        }
    }

    public var id: String
    /// The id of its image, whatever has its name by now.
    public var imageID: String
    /// With a slash before it.
    public var name: String
    public var state: State
    /// How often its restart policy started it again.
    public var restartCount: Int
    public var configuration: Configuration
    public var host: Host
    public var networks: Networks

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case imageID = "Image"
        case restartCount = "RestartCount"
        case name = "Name"
        case state = "State"
        case configuration = "Config"
        case host = "HostConfig"
        case networks = "NetworkSettings"
    }
}

/// One row of a list of containers.
public struct ContainerSummary: Decodable, Sendable {
    public var id: String
    public var image: String
    public var labels: [String: String]
    /// `created`, `running`, `exited`, …
    public var state: String

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case image = "Image"
        case labels = "Labels"
        case state = "State"
    }
}
