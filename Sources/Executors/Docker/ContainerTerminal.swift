internal import Docker
internal import Execution
internal import Glibc
internal import Processes

/// A command in a job's container with a terminal of its own.
final class ContainerTerminal: CommandTerminal {
    private let engine: DockerEngine
    private let container: String
    private let id: String
    private let mark: String
    private let hasShell: Bool
    private let connection: OwnedDescriptor

    private static let markName = "SLIPWAY_COMMAND"
    /// How long the engine is asked how the command ended.
    private static let patience = 5.0

    init(
        _ command: Command, in container: String, engine: DockerEngine, hasShell: Bool, size: TerminalSize
    ) throws(ExecutionError) {
        self.engine = engine
        self.container = container
        self.hasShell = hasShell
        let mark = "\(Self.markName)=\(UInt64.random(in: 0 ... .max))"
        self.mark = mark
        let definition = CommandDefinition(
            command.arguments,
            environment: command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + [mark],
            workingDirectory: command.workingDirectory)
        (id, connection) = try engineCall { () throws(DockerError) in
            try engine.startTerminal(definition, in: container, patience: Patience().limited(to: 60))
        }
        resize(columns: size.columns, rows: size.rows)
    }

    var descriptor: Int32 { connection.number }
    var exitDescriptor: Int32 { -1 }

    /// An engine that does not take it leaves the window as it was.
    func resize(columns: UInt16, rows: UInt16) { try? engine.resizeTerminal(ofCommand: id, columns: columns, rows: rows) }

    /// The command's processes are found by a variable that no other command has.
    func end() -> CommandOutcome {
        connection.close()
        if hasShell {
            // Its first process is known by the mark alone: the number is one that no process has.
            let sweep = CommandSweep(engine: engine, container: container, pid: Int(Int32.max), mark: mark)
            for signal in ["HUP", "KILL", "KILL"] {
                guard let count = sweep.send(signal), count > 0 else { break }
                if signal == "HUP" { _ = Patience().wait(seconds: 0.2) }
            }
        }
        let patience = Patience().limited(to: Self.patience)
        repeat {
            guard let state = try? engine.inspectCommand(id) else { break }
            if !state.isRunning, let code = state.exitCode { return .exited(code) }
        } while patience.wait(seconds: 0.1)
        return .exited(137)
    }
}
