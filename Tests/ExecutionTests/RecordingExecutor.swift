import Expressions
import Foundation
import Plan
import Synchronization

@testable import Execution

/// Runs nothing: remembers what it is asked to make and to run, and answers every command and container with success.
final class RecordingExecutor: Executor, Workplace {
    private struct Record {
        var containers: JobContainers?
        var commands: [Command] = []
        var stepContainers: [StepContainer] = []
        var isClosed = false
    }

    let folders: WorkplaceFolders
    let containerContext: ExpressionObject
    private let refusal: String?
    private let record = Mutex(Record())

    init(_ folder: TestFolder, context: ExpressionObject = ExpressionObject(), refusal: String? = nil) throws {
        func place(_ name: String) throws -> WorkplaceFolders.Place {
            try Folder.make("\(folder.path)/\(name)")
            return .init(inside: "/job/\(name)", outside: "\(folder.path)/\(name)")
        }
        folders = WorkplaceFolders(
            workspace: try place("workspace"), temporary: try place("temp"), tools: try place("tools"),
            actions: try place("actions"), home: try place("home"))
        containerContext = context
        self.refusal = refusal
    }

    var containers: JobContainers? { record.withLock { $0.containers } }
    var commands: [Command] { record.withLock { $0.commands } }
    var stepContainers: [StepContainer] { record.withLock { $0.stepContainers } }
    var isClosed: Bool { record.withLock { $0.isClosed } }
    var environment: [String: String] { ["PATH": "/bin", "HOME": "/job/home", "TMPDIR": "/tmp"] }

    func open(
        _ assignment: JobAssignment, containers: JobContainers, cancellation: Cancellation, log: (String) -> Void
    ) throws(ExecutionError) -> any Workplace {
        record.withLock { $0.containers = containers }
        log("pulling")
        if let refusal { throw ExecutionError(refusal) }
        return self
    }

    func finds(program: String) -> Bool { true }

    func run(
        _ command: Command, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        record.withLock { $0.commands.append(command) }
        return .exited(0)
    }

    func run(
        _ container: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        record.withLock { $0.stepContainers.append(container) }
        return .exited(0)
    }

    func close() { record.withLock { $0.isClosed = true } }
    func discard() throws(ExecutionError) {}
}

/// Knows one action, by any reference that is not built in.
struct OneAction: ActionCatalog {
    let action: FoundAction

    func prepare(
        in folders: WorkplaceFolders, cancellation: Cancellation, log: (String) -> Void
    ) throws(ActionFailure) {}

    func find(
        _ reference: String, calledBy caller: FoundAction?, in folders: WorkplaceFolders, cancellation: Cancellation
    ) throws(ActionFailure) -> FoundAction { action }
}

/// One job, walked in this process by what runs nothing.
struct WalkedJob {
    let folder: TestFolder
    let executor: RecordingExecutor
    let finish: JournalRecord.JobFinish
    let records: [JournalRecord]

    init(
        _ job: JobPlan, secrets: [String: String] = [:], context: ExpressionObject = ExpressionObject(),
        refusal: String? = nil, action: (RecordingExecutor) throws -> FoundAction? = { _ in nil }
    ) throws {
        folder = try TestFolder()
        executor = try RecordingExecutor(folder, context: context, refusal: refusal)
        try folder.write("{}", to: "event.json")
        let assignment = JobAssignment(
            runID: 1, jobID: 1, jobName: "job", job: job,
            contexts: .init(github: ["sha": "c0ffee", "token": ""], matrix: ["version": "16"]),
            folder: JobFolder(path: folder.path), eventFile: "\(folder.path)/event.json", workspace: folder.path,
            toolsFolder: "\(folder.path)/tools",
            source: .init(mirror: "", commit: "c0ffee", ref: "refs/heads/main", originURL: ""), confinement: .init(kind: .none))
        let found = try action(executor)
        let catalog: any ActionCatalog = found.map { OneAction(action: $0) } ?? EmptyCatalog()
        let walker = JobWalker(
            assignment: assignment, secrets: secrets, parts: JobParts(executor: executor, catalog: catalog),
            log: try JobLog(path: assignment.folder.log, secrets: Array(secrets.values), limit: 1 << 20),
            journal: try JournalWriter(path: assignment.folder.journal), cancellation: try Cancellation(), runnerName: "test",
            now: { Date() })
        finish = try walker.run()
        records = try JournalReader(path: assignment.folder.journal).records(from: 0).records
    }

    /// Names and conclusions of the steps that ended.
    var steps: [String] {
        records.compactMap { record in
            if case .stepFinished(let end) = record { "\(end.name): \(end.conclusion.rawValue)" } else { nil }
        }
    }
}
