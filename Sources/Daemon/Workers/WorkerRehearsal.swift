internal import Execution
internal import Executors
internal import Expressions
internal import Foundation
internal import Git
internal import Glibc
internal import Plan

/// Plays a small job through in the fork server, before the first fork, with commands that are not run.
///
/// What Swift looks up and builds at the first use of a type (conformances, generic metadata, coders) is then in the memory that
/// every worker begins with, instead of being looked up by each. It makes no thread, and touches only a folder of its own.
enum WorkerRehearsal {
    static func run() {
        var template = Array("/tmp/slipway-rehearsal-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // Without it a worker is slower and nothing else: what goes wrong here will be told where it matters.
        try? play(in: folder)
        try? Folder.remove(folder)
    }

    private static func play(in folder: String) throws {
        try readOrders(in: folder)
        let folders = StateFolders(root: folder)
        for name in ["runs/1/jobs/1", "workspace", "temp"] { try Folder.make("\(folder)/\(name)") }
        let order = try JSONEncoder().encode(WorkerOrder(assignment: assignment(in: folders), secrets: ["A": "rehearsal"]))
        let assignment = try JSONDecoder().decode(WorkerOrder.self, from: order).assignment
        let journal = try JournalWriter(path: assignment.folder.journal)
        let log = try JobLog(path: assignment.folder.log, secrets: ["rehearsal"], limit: assignment.limits.log)
        try Folder.write("{}", to: assignment.eventFile)
        let walker = JobWalker(
            assignment: assignment, secrets: [:],
            parts: JobParts(executor: RehearsalExecutor(root: folder), for: assignment, journal: journal), log: log,
            journal: journal,
            cancellation: try Cancellation(), runnerName: "rehearsal", now: { Date() })
        _ = try walker.run()
    }

    /// Reads what forked processes get as their orders.
    private static func readOrders(in folder: String) throws {
        func read<Order: Codable>(_ order: Order) throws {
            _ = try JSONDecoder().decode(Order.self, from: try JSONEncoder().encode(order))
        }
        try read(HostPreparation.Order(root: folder, tools: folder, confinement: .init(kind: .none)))
        try read(
            FetchRequest(
                mirrorPath: folder, address: folder, includesPullRequests: false, credential: .none, knownHosts: .any, timeout: 1)
        )
    }

    private static func assignment(in folders: StateFolders) throws -> JobAssignment {
        let step = StepPlan(
            id: "step", name: try Template(parsing: "${{ github.job }}"), condition: try Condition(parsing: "always()"),
            environment: [NamedTemplate(name: "A", value: try Template(parsing: "${{ matrix.a }}"))],
            work: .script(Script(text: Template(literal: "true\n"))))
        let job = JobPlan(
            key: "job", strategy: StrategyPlan(matrix: .object([.init(name: "a", value: .array([.value("b")]))])),
            runsOn: [Template(literal: "host")], outputs: [NamedTemplate(name: "o", value: try Template(parsing: "${{ 1 }}"))],
            steps: [step, StepPlan(work: .action(ActionCall(reference: "actions/checkout@v4")))])
        return JobAssignment(
            runID: 1, jobID: 1, jobName: "job", job: job,
            contexts: .init(github: ["job": "job"], matrix: .object(["a": "b"])), folder: folders.job(1, ofRun: 1),
            eventFile: folders.event(ofRun: 1), workspace: folders.root, toolsFolder: folders.root,
            source: .init(
                mirror: "\(folders.root)/none", commit: String(repeating: "0", count: 40), ref: "refs/heads/main", originURL: ""),
            confinement: .init(kind: .none),
            sources: SourceAccess(
                repositories: [.init(names: [RepositoryName("a/b")].compactMap(\.self), url: "", mirror: "")],
                directory: SourceDirectory(server: "", mirrors: ["a": "b"]), folder: "", knownHosts: ""),
            storage: JobStorage(
                runs: "", cache: "", ledger: "", repository: "a/b", ref: "refs/heads/main", baseBranch: "main"))
    }
}

/// Makes nothing.
private struct RehearsalExecutor: Executor {
    let root: String

    func open(
        _ assignment: JobAssignment, containers: JobContainers, cancellation: Cancellation, log: (String) -> Void
    ) throws(ExecutionError) -> any Workplace { RehearsalWorkplace(root: root) }
}

/// A workplace in which every command succeeds at once, with a line of output.
private struct RehearsalWorkplace: Workplace {
    let root: String

    var folders: WorkplaceFolders {
        func place(_ name: String) -> WorkplaceFolders.Place { .init(inside: "\(root)/\(name)", outside: "\(root)/\(name)") }
        return WorkplaceFolders(
            workspace: place("workspace"), temporary: place("temp"), tools: place("temp"), actions: place("temp"))
    }

    var environment: [String: String] { ["PATH": "/usr/bin:/bin"] }

    var containerContext: ExpressionObject { ExpressionObject() }

    func finds(program: String) -> Bool { true }

    func run(
        _ container: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome { .exited(0) }

    func run(
        _ command: Command, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        Array("::notice::rehearsal\n".utf8).withUnsafeBytes(output)
        return .exited(0)
    }

    func close() {}
    func discard() throws(ExecutionError) {}
}
