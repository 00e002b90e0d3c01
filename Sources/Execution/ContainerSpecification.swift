public import Expressions

/// `container` of a job, or one of its `services`, evaluated: text and lists, no expressions.
///
/// See "jobs.<job_id>.container" and "jobs.<job_id>.services" in GitHub's workflow syntax.
public struct ContainerSpecification: Equatable, Sendable {
    public struct Credentials: Equatable, Sendable {
        public var username: String
        public var password: String

        public init(username: String, password: String) {
            self.username = username
            self.password = password
        }
    }

    public var image: String
    public var credentials: Credentials?
    public var environment: [String: String]
    /// As `docker create --publish` takes them: `8080:80/tcp`, `80`.
    public var ports: [String]
    /// As `docker create --volume` takes them.
    public var volumes: [String]
    /// Further options as `docker create` takes them, split as a command line.
    public var options: [String]
    /// Of a service only.
    public var entrypoint: String?
    public var command: [String]

    public init(
        image: String, credentials: Credentials? = nil, environment: [String: String] = [:], ports: [String] = [],
        volumes: [String] = [], options: [String] = [], entrypoint: String? = nil, command: [String] = []
    ) {
        self.image = image
        self.credentials = credentials
        self.environment = environment
        self.ports = ports
        self.volumes = volumes
        self.options = options
        self.entrypoint = entrypoint
        self.command = command
    }

    /// - Parameter value: an image's name, or an object with `image` and options. Null, empty, or without an image: nil, since
    ///   that is how a matrix says "no container".
    /// - Throws: `ExecutionError` for a value of another form.
    public init?(_ value: ExpressionValue, named name: String) throws(ExecutionError) {
        switch value {
        case .null: return nil
        case .string(let image):
            guard !image.isEmpty else { return nil }
            self.init(image: image)
        case .object(let object):
            let image = object["image"]?.displayString ?? ""
            guard !image.isEmpty else { return nil }
            self.init(image: image)
            if case .object(let account)? = object["credentials"] {
                credentials = Credentials(
                    username: account["username"]?.displayString ?? "", password: account["password"]?.displayString ?? "")
            }
            if case .object(let variables)? = object["env"] {
                for (name, value) in variables.pairs { environment[name] = value.displayString }
            }
            ports = try Self.list(object["ports"], named: "\(name).ports")
            volumes = try Self.list(object["volumes"], named: "\(name).volumes")
            options = ShellCommand.split(object["options"]?.displayString ?? "")
            entrypoint = object["entrypoint"].map(\.displayString).flatMap { $0.isEmpty ? nil : $0 }
            command = ShellCommand.split(object["command"]?.displayString ?? "")
        case .boolean, .number, .array:
            throw ExecutionError("\(name) must be an image's name or a mapping with \"image\", found \(value.kindName)")
        }
    }

    /// The container that a label of `runs-on` stands for.
    public init(_ label: EngineUse.DefaultContainer) {
        self.init(image: label.image, options: ShellCommand.split(label.options))
    }

    private static func list(_ value: ExpressionValue?, named name: String) throws(ExecutionError) -> [String] {
        switch value {
        case nil, .null: return []
        case .array(let values): return values.map(\.displayString)
        default: throw ExecutionError("\(name) must be a list")
        }
    }
}

/// The containers that a job asks for.
public struct JobContainers: Equatable, Sendable {
    public struct Service: Equatable, Sendable {
        public var id: String
        public var container: ContainerSpecification

        public init(id: String, container: ContainerSpecification) {
            self.id = id
            self.container = container
        }
    }

    /// Where the steps run; nil: on the host.
    public var job: ContainerSpecification?
    /// In the order of the file.
    public var services: [Service]

    public init(job: ContainerSpecification? = nil, services: [Service] = []) {
        self.job = job
        self.services = services
    }

    public var isEmpty: Bool { job == nil && services.isEmpty }
}

/// A container that runs one step and is removed after it: a Docker action, or `uses: docker://…`.
public struct StepContainer: Equatable, Sendable {
    public enum Image: Equatable, Sendable {
        case reference(String)
        /// Built from a Dockerfile; both are paths as this process sees them.
        case build(context: String, dockerfile: String)
    }

    public var image: Image
    /// Nil: the image's own.
    public var entrypoint: String?
    public var arguments: [String]
    public var environment: [String: String]
    /// As the container sees it; its folders are those of GitHub's Docker actions: `/github/workspace` and so on.
    public var workingDirectory: String

    public init(
        image: Image, entrypoint: String? = nil, arguments: [String] = [], environment: [String: String] = [:],
        workingDirectory: String = "/github/workspace"
    ) {
        self.image = image
        self.entrypoint = entrypoint
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }
}
