internal import Execution
internal import FoundationEssentials

/// Commands that an action runs in the job's place, as one of its steps would.
struct JobCommand {
    let invocation: ActionInvocation
    /// Folders that are looked in before the rest of `PATH`.
    var pathEntries: [String] = []
    var variables: [String: String] = [:]
    /// Seconds for a question; what installs has the step's time.
    private static let patience = 60.0
    private static let longestAnswer = 1 << 20

    init(_ invocation: ActionInvocation) { self.invocation = invocation }

    var environment: [String: String] {
        var environment = invocation.commandEnvironment.merging(variables) { $1 }
        if environment["PATH"] == nil { environment["PATH"] = invocation.workplace.environment["PATH"] }
        if !pathEntries.isEmpty {
            environment["PATH"] = (pathEntries + [environment["PATH"] ?? ""]).joined(separator: ":")
        }
        return environment
    }

    /// What a command says, standard output and error together; nil where it fails or is not there.
    func answer(_ arguments: [String]) throws(ActionFailure) -> String? {
        var output: [UInt8] = []
        let outcome = try run(arguments, deadline: Deadline(after: Self.patience)) { bytes in
            output += Array(bytes.prefix(max(0, Self.longestAnswer - output.count)))
        }
        guard outcome == .exited(0) else { return nil }
        var text = String(decoding: output, as: UTF8.self)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// Runs a command with its output in the step's log.
    ///
    /// - Throws: `ActionFailure` where it fails.
    func perform(_ arguments: [String]) throws(ActionFailure) {
        invocation.log("[command]\(arguments.joined(separator: " "))")
        var rest: [UInt8] = []
        let outcome = try run(arguments, deadline: nil) { bytes in
            rest += Array(bytes)
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                invocation.log(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeFirst(end + 1)
            }
        }
        if !rest.isEmpty { invocation.log(String(decoding: rest, as: UTF8.self)) }
        guard outcome == .exited(0) else {
            throw ActionFailure("\(arguments.joined(separator: " ")) \(Self.words(for: outcome))")
        }
    }

    private func run(
        _ arguments: [String], deadline: Deadline?, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ActionFailure) -> CommandOutcome {
        let command = Command(
            arguments: arguments, environment: environment, workingDirectory: invocation.folders.workspace.inside)
        do throws(ExecutionError) {
            let outcome = try invocation.workplace.run(
                command, deadline: deadline, cancellation: invocation.cancellation, output: output)
            if outcome == .cancelled { throw ExecutionError("cancelled: \(invocation.cancellation.reason)") }
            return outcome
        } catch {
            // What else keeps a command from running is this host's fault, and no answer to what was asked.
            guard error.isOfProgram, !invocation.isCancelled else { throw ActionFailure(error.message) }
            return .exited(127)
        }
    }

    private static func words(for outcome: CommandOutcome) -> String {
        switch outcome {
        case .exited(127): "could not be started, or ended with exit code 127"
        case .exited(let code): "ended with exit code \(code)"
        case .signaled(_, let name): "was ended by \(name)"
        case .timedOut: "took too long"
        case .cancelled: "was cancelled"
        }
    }
}
