import Execution
import Expressions
import Foundation

/// A job's folders under their own names, and commands as plain processes: for actions that run some.
struct ProcessWorkplace: Workplace {
    let folders: WorkplaceFolders
    let environment: [String: String]
    let containerContext = ExpressionObject()

    init(root: String) {
        func place(_ name: String) -> WorkplaceFolders.Place { .init(inside: "\(root)/\(name)", outside: "\(root)/\(name)") }
        folders = WorkplaceFolders(
            workspace: place("workspace"), temporary: place("temp"), tools: place("tools"), actions: place("actions"),
            home: place("home"), scratch: place("tmp"))
        environment = ["PATH": "/usr/bin:/bin", "HOME": "\(root)/home", "TMPDIR": "\(root)/tmp"]
    }

    func finds(program: String) -> Bool { false }

    func run(
        _ command: Command, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command.arguments
        process.environment = command.environment
        process.currentDirectoryURL = URL(fileURLWithPath: command.workingDirectory)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        do {
            try process.run()
            let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
            bytes.withUnsafeBytes(output)
        } catch {
            throw ExecutionError("\(error)")
        }
        process.waitUntilExit()
        return .exited(process.terminationStatus)
    }

    func run(
        _ container: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        throw ExecutionError("no container can be run here")
    }

    func close() {}
    func discard() throws(ExecutionError) {}
}
