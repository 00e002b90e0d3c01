internal import Docker
internal import Execution

/// One command of a step on its way through a job's container.
struct ContainerCommand {
    let engine: DockerEngine
    let container: String
    /// Whether the container has a shell, through which output keeps its order and processes can be signalled.
    let hasShell: Bool
    let gracePeriod: Double

    /// How long the end of the output is waited for once everything was killed.
    private static let lastGrace = 5.0
    private static let mark = "SLIPWAY_COMMAND"
    /// Tells its number, then becomes the command. Both channels are one pipe, in the order in which they are written.
    private static let wrapper = ["/bin/sh", "-c", "echo $$; exec \"$@\" 2>&1", "sh"]

    /// What is known of the command once it runs.
    private struct Running {
        var id: String
        var output: ContainerOutput
        var mark: String
        var pid = PIDLine()
    }

    func run(
        _ command: Command, patience: Patience, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        var running: Running
        do throws(DockerError) { running = try start(command, patience) } catch {
            guard error.reason == .interrupted || error.reason == .momentPassed else { throw ExecutionError(error) }
            // Whether it runs by now is not known.
            try engineCall { () throws(DockerError) in try engine.restartContainer(container) }
            return error.reason == .interrupted ? .cancelled : .timedOut
        }
        while true {
            switch try read(&running, patience, output: output) {
            case .output: continue
            case .end: return try outcome(&running, patience: patience, output: output)
            case .interrupted:
                try stop(&running, output: output)
                return .cancelled
            case .momentPassed:
                try stop(&running, output: output)
                return .timedOut
            }
        }
    }

    private func start(_ command: Command, _ patience: Patience) throws(DockerError) -> Running {
        let mark = "\(UInt64.random(in: 0 ... .max))"
        let definition = CommandDefinition(
            (hasShell ? Self.wrapper : []) + command.arguments,
            environment: command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + [
                "\(Self.mark)=\(mark)"
            ],
            workingDirectory: command.workingDirectory)
        let (id, output) = try engine.startCommand(definition, in: container, patience: patience)
        return Running(id: id, output: output, mark: "\(Self.mark)=\(mark)")
    }

    private func read(
        _ running: inout Running, _ patience: Patience, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> ContainerOutput.News {
        var pid = running.pid
        defer { running.pid = pid }
        return try engineCall { () throws(DockerError) in
            try running.output.read(patience) { _, bytes in
                guard hasShell, !pid.isComplete else { return output(bytes) }
                pid.take(bytes, rest: output)
            }
        }
    }

    // MARK: - The end

    /// A command that closed its output may still run: it is waited for under the same limits.
    private func outcome(
        _ running: inout Running, patience: Patience, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        var pause = 0.005
        while true {
            let state = try engineCall { () throws(DockerError) in try engine.inspectCommand(running.id) }
            if !state.isRunning, let code = state.exitCode {
                guard state.pid != 0 || code == 0 else {
                    // The engine's own codes for a program that is not there, and for one that can't be executed.
                    throw ExecutionError(
                        "the container's engine could not start the command: \(running.pid.text)",
                        isOfProgram: code == 126 || code == 127)
                }
                return .exited(code)
            }
            guard patience.wait(seconds: pause) else {
                let isCancelled = patience.moment.map { ContinuousClock.now < $0 } ?? true
                try stop(&running, output: output)
                return isCancelled ? .cancelled : .timedOut
            }
            pause = min(pause * 2, 0.25)
        }
    }

    /// TERM, a time to obey it, KILL. Where nothing else helps, the container is started anew: its files stay.
    private func stop(_ running: inout Running, output: (UnsafeRawBufferPointer) -> Void) throws(ExecutionError) {
        guard hasShell, let pid = running.pid.number else { return try restart(&running, output: output) }
        let sweep = CommandSweep(engine: engine, container: container, pid: pid, mark: running.mark)
        let count = sweep.send("TERM")
        var isAtEnd = try drain(&running, seconds: count == 0 ? 0 : gracePeriod, output: output)
        for _ in 0..<10 {
            guard let count = sweep.send("KILL") else { return try restart(&running, output: output) }
            if count == 0 { break }
        }
        if !isAtEnd { isAtEnd = try drain(&running, seconds: Self.lastGrace, output: output) }
        if !isAtEnd { try restart(&running, output: output) }
    }

    private func restart(_ running: inout Running, output: (UnsafeRawBufferPointer) -> Void) throws(ExecutionError) {
        try engineCall { () throws(DockerError) in try engine.restartContainer(container) }
        _ = try drain(&running, seconds: Self.lastGrace, output: output)
    }

    /// Reads what still comes.
    ///
    /// - Returns: whether the output is at its end.
    private func drain(
        _ running: inout Running, seconds: Double, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> Bool {
        let patience = Patience().limited(to: seconds)
        while true {
            switch try read(&running, patience, output: output) {
            case .output: continue
            case .end: return true
            case .interrupted, .momentPassed: return false
            }
        }
    }
}

/// The first line that the wrapper prints: the number of the command's process in its container.
struct PIDLine {
    /// The line so far; of a command that could not be started, what the engine says about it.
    private(set) var text = ""
    private(set) var isComplete = false

    var number: Int? { isComplete ? Int(text) : nil }

    /// Takes what belongs to the line, and hands on what is behind it.
    mutating func take(_ bytes: UnsafeRawBufferPointer, rest: (UnsafeRawBufferPointer) -> Void) {
        guard let end = bytes.firstIndex(of: 10) else {
            text += String(decoding: bytes, as: UTF8.self)
            return
        }
        text += String(decoding: bytes[..<end], as: UTF8.self)
        isComplete = true
        if end + 1 < bytes.count { rest(UnsafeRawBufferPointer(rebasing: bytes[(end + 1)...])) }
    }
}
