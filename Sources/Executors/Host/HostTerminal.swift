internal import Execution
internal import Glibc
internal import Processes

/// A command on this host, or in a job's sandbox, with a terminal of its own.
final class HostTerminal: CommandTerminal {
    private let pair: TerminalPair
    private let process: SpawnedProcess
    /// By which what has left the session is found.
    private let mark: String
    /// How long what runs on it may take to end once its terminal hung up.
    private static let teardown = Teardown(steps: [.init(signal: SIGHUP, grace: .seconds(2))])

    /// - Parameter specification: of the command; its standard streams become the terminal.
    init(
        _ specification: ProcessSpecification, in handle: SandboxHandle?, size: TerminalSize
    ) throws(ExecutionError) {
        let mark = (name: "SLIPWAY_SHELL", value: "\(UInt64.random(in: 0 ... .max))")
        self.mark = "\(mark.name)=\(mark.value)"
        do throws(ProcessError) {
            pair = try TerminalPair(in: handle, columns: size.columns, rows: size.rows)
            var specification = specification
            specification.standardInput = .descriptor(pair.far.number)
            specification.output = .descriptor(pair.far.number)
            specification.controlsTerminal = true
            specification.environment.append(mark)
            process = try SpawnedProcess.start(specification)
        } catch {
            throw ExecutionError("\(error)", isOfProgram: error.kind == .executable)
        }
        pair.far.close()
    }

    var descriptor: Int32 { pair.near.number }
    var exitDescriptor: Int32 { process.pidfd }

    func resize(columns: UInt16, rows: UInt16) { pair.resize(columns: columns, rows: rows) }

    /// Everything of the session hears that the terminal hung up, and is killed where that is not enough; so is what has left
    /// it.
    func end() -> CommandOutcome {
        let outcome = Self.teardown.end(process, scope: .session)
        Teardown.immediate.endAll(in: .marked(mark))
        pair.near.close()
        switch outcome {
        case .exited(let code): return .exited(code)
        case .signaled(let signal): return .signaled(signal, name: Signals.name(of: signal))
        }
    }
}
