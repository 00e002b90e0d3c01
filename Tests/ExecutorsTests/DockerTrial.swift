import EngineAddresses
import EngineRig
import Execution
import Executors
import Expressions
import Foundation
import Glibc
import Plan
import Testing

/// A job's place that uses the Docker Engine, opened without a walker.
final class DockerTrial {
    let folder: String
    var assignment: JobAssignment
    private(set) var log: [String] = []
    let cancellation: Cancellation

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-docker-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: "\(folder)/job", withIntermediateDirectories: true)
        cancellation = try Cancellation()
        assignment = JobAssignment(
            runID: 1, jobID: Int64.random(in: 1..<Int64.max), jobName: "test", job: JobPlan(key: "test"),
            contexts: .init(github: ["repository": "octo/app"]), folder: JobFolder(path: "\(folder)/job"),
            eventFile: "\(folder)/event.json", workspace: "\(folder)/place", toolsFolder: "\(folder)/tools",
            source: .init(mirror: "", commit: "", ref: "", originURL: ""),
            // Without a sandbox, the end of a job is the end of all that this process started, the engine included.
            confinement: .init(kind: .bubblewrap), timeLimit: 60, gracePeriod: 1,
            engine: EngineAddress(socket: try EngineRig.socket()),
            engineUse: EngineUse(instance: "trial"))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Has the place for as long as the body runs.
    func open(_ containers: JobContainers, body: (any Workplace) throws -> Void) throws {
        let workplace = try JobExecutor(tools: "\(folder)/tools").open(
            assignment, containers: containers, cancellation: cancellation, log: { self.log.append($0) })
        do {
            try body(workplace)
            workplace.close()
            try workplace.discard()
        } catch {
            workplace.close()
            try workplace.discard()
            throw error
        }
    }

    /// What is left in the engine.
    var leftovers: Set<Int64> {
        get throws {
            try EngineSweep(at: EngineAddress(socket: try EngineRig.socket()), instance: "trial").jobs().filter {
                $0 == assignment.jobID
            }
        }
    }
}

/// What a command printed, and how it ended.
struct CommandResult {
    var text = ""
    var outcome = CommandOutcome.exited(-1)
}

extension Workplace {
    /// Runs a script with the container's `sh`.
    func sh(
        _ script: String, seconds: Double = 60, cancellation: Cancellation? = nil, environment: [String: String] = [:],
        directory: String? = nil, output: ((String) -> Void)? = nil
    ) throws -> CommandResult {
        try run(
            ["sh", "-c", script], seconds: seconds, cancellation: cancellation, environment: environment,
            directory: directory, output: output)
    }

    func run(
        _ arguments: [String], seconds: Double = 60, cancellation: Cancellation? = nil, environment: [String: String] = [:],
        directory: String? = nil, output: ((String) -> Void)? = nil
    ) throws -> CommandResult {
        var result = CommandResult()
        let command = Command(
            arguments: arguments, environment: self.environment.merging(environment) { $1 },
            workingDirectory: directory ?? folders.workspace.inside)
        result.outcome = try run(
            command, deadline: Deadline(after: seconds), cancellation: try cancellation ?? Cancellation()
        ) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            result.text += text
            output?(text)
        }
        return result
    }

    func run(
        _ container: StepContainer, seconds: Double = 60, cancellation: Cancellation? = nil, output: ((String) -> Void)? = nil
    ) throws -> CommandResult {
        var result = CommandResult()
        result.outcome = try run(
            container, deadline: Deadline(after: seconds), cancellation: try cancellation ?? Cancellation()
        ) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            result.text += text
            output?(text)
        }
        return result
    }
}
