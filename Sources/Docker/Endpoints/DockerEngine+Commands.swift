internal import EngineAddresses
public import Processes

/// A command that runs in a container beside its first process.
public struct CommandDefinition: Encodable, Equatable, Sendable {
    /// The program, searched in `PATH` of the environment, and its arguments.
    public var arguments: [String]
    /// `NAME=value`, over the container's.
    public var environment: [String]
    public var workingDirectory: String?
    /// Nil: the container's.
    public var user: String?
    /// Whether it has a terminal of its own, with standard input; see `startTerminal`.
    public var hasTerminal = false

    public init(
        _ arguments: [String], environment: [String] = [], workingDirectory: String? = nil, user: String? = nil
    ) {
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.user = user
    }

    private enum CodingKeys: String, CodingKey {
        case arguments = "Cmd"
        case environment = "Env"
        case workingDirectory = "WorkingDir"
        case user = "User"
        case output = "AttachStdout"
        case errors = "AttachStderr"
        case input = "AttachStdin"
        case terminal = "Tty"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(arguments, forKey: .arguments)
        try container.encode(environment, forKey: .environment)
        try container.encodeIfPresent(workingDirectory, forKey: .workingDirectory)
        try container.encodeIfPresent(user, forKey: .user)
        try container.encode(true, forKey: .output)
        try container.encode(true, forKey: .errors)
        guard hasTerminal else { return }
        try container.encode(true, forKey: .input)
        try container.encode(true, forKey: .terminal)
    }
}

/// How a command in a container is, or how it ended.
public struct CommandState: Decodable, Sendable {
    public var isRunning: Bool
    /// Nil while it runs. 128 and the signal where one ended it.
    public var exitCode: Int32?
    /// 0 where it was never started.
    public var pid: Int

    enum CodingKeys: String, CodingKey {
        case isRunning = "Running"
        case exitCode = "ExitCode"
        case pid = "Pid"
    }
}

extension DockerEngine {
    private struct Created: Decodable {
        var id: String

        enum CodingKeys: String, CodingKey { case id = "Id" }
    }

    private struct StartMode: Encodable {
        var isDetached = false
        var hasTerminal = false

        enum CodingKeys: String, CodingKey {
            case isDetached = "Detach"
            case hasTerminal = "Tty"
        }
    }

    /// Starts a command in a running container, with its standard input at the end.
    ///
    /// The output ends two seconds after the command, also where something that it left in the background could still write.
    ///
    /// - Returns: its id, and its output.
    public func startCommand(
        _ command: CommandDefinition, in container: String, patience: Patience = .endless
    ) throws(DockerError) -> (id: String, output: ContainerOutput) {
        let action = "run \(command.arguments.first ?? "a command") in the container"
        let request = try EngineRequest("POST", "/containers/\(container)/exec", to: action).sending(command)
        let created: Created = try value(of: request, patience: patience)
        let start = try EngineRequest("POST", "/exec/\(created.id)/start", to: action).sending(StartMode())
        return (created.id, ContainerOutput(try stream(start, patience: patience)))
    }

    /// Starts a command in a running container on a terminal of its own.
    ///
    /// - Returns: its id, and the connection that is the terminal's other end: nothing but what is typed and printed goes over
    /// it.
    public func startTerminal(
        _ command: CommandDefinition, in container: String, patience: Patience = .endless
    ) throws(DockerError) -> (id: String, connection: OwnedDescriptor) {
        var command = command
        command.hasTerminal = true
        let action = "open a terminal in the container"
        let request = try EngineRequest("POST", "/containers/\(container)/exec", to: action).sending(command)
        let created: Created = try value(of: request, patience: patience)
        var mode = StartMode()
        mode.hasTerminal = true
        let start = try EngineRequest("POST", "/exec/\(created.id)/start", to: action).sending(mode)
        guard let socket = address.socket else {
            throw DockerError(.refused, action, "a terminal needs the engine's socket on this host, not \(address)")
        }
        return (created.id, try TakenConnection(to: socket).take(start, version: version))
    }

    /// Tells a command's terminal the size of its window.
    public func resizeTerminal(ofCommand id: String, columns: UInt16, rows: UInt16) throws(DockerError) {
        let request = EngineRequest("POST", "/exec/\(id)/resize", to: "tell the window's size")
            .asking("h", "\(rows)").asking("w", "\(columns)")
        try call(request, patience: Patience().limited(to: 10))
    }

    public func inspectCommand(_ id: String) throws(DockerError) -> CommandState {
        try value(of: EngineRequest("GET", "/exec/\(id)/json", to: "ask for a command's exit code"))
    }
}
