import Actions
import Diagnoses
import EngineAddresses
import Execution
import Expressions
import Foundation
import Glibc
import Plan

/// A state folder and a job in it, for actions that store files: the job knows its folders by other names than this process.
final class ActionTrial {
    let root: String
    var log: [String] = []
    /// What actions had the log hide.
    var masks: [String] = []
    /// What the job's logs hide from the start.
    var secret: String?
    /// As actions told of them.
    var deployments: [Deployment] = []
    var gates: [GateResult] = []
    /// What a daemon that follows the job answers to its gates; nil: there is none.
    var baseline: BaselineAnswer?
    var baselineRequests: [BaselineRequest] = []
    /// How it writes the answer; nil: never.
    var written: (BaselineAnswer?) -> Data? = { try? JSONEncoder().encode($0) }
    /// The job's own steps, for an action that looks at those that follow.
    var steps: [StepPlan] = []
    /// Those of the run that begin after it.
    var laterJobs: [LaterJob]?
    /// What the job's steps have beside the usual.
    var environment: [String: String] = [:]
    var storage: JobStorage
    var runID: Int64 = 1
    var github: ExpressionObject = ["repository": "team/app"]
    var sharesNetwork = true
    var engineAddress: EngineAddress?
    /// Of the run's repository.
    var originURL = ""
    /// What actions leave for each other.
    var memory = JobMemory()
    var permission = EngineUse.Permission.containers
    private var job = 0
    private let runsCommands: Bool

    /// - Parameter runsCommands: whether actions can run some; the job's folders have their own names then.
    init(ref: String = "refs/heads/main", runsCommands: Bool = false) {
        self.runsCommands = runsCommands
        root = NSTemporaryDirectory() + "slipway-actions-\(UUID().uuidString)"
        let folders = StateFolders(root: root)
        storage = JobStorage(
            runs: folders.runs, cache: folders.cache(of: "app"), ledger: folders.storageLedger, repository: "app", ref: ref,
            pageURL: "http://ci.example.org")
        newJob()
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Another job, with folders of its own.
    func newJob() {
        job += 1
        for name in ["workspace", "home", "temp", "tmp"] {
            try? FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
    }

    var folder: String { "\(root)/jobs/\(job)" }

    func write(_ path: String, _ text: String = "text", mode: mode_t = 0o644) throws {
        let full = "\(folder)/\(path)"
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: full))
        chmod(full, mode)
    }

    func text(_ path: String) -> String? { try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8) }

    /// The files below a folder, sorted.
    func files(in path: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: "\(folder)/\(path)")?.allObjects as? [String] ?? []
        return all.filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(folder)/\(path)/\(name)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    var workplace: any Workplace {
        if runsCommands { return ProcessWorkplace(root: folder) }
        func place(_ name: String) -> WorkplaceFolders.Place { .init(inside: "/job/\(name)", outside: "\(folder)/\(name)") }
        return FolderWorkplace(
            folders: WorkplaceFolders(
                workspace: place("workspace"), temporary: place("temp"), tools: place("tools"), actions: place("actions"),
                home: place("home"), scratch: place("tmp")))
    }

    func invocation(
        _ inputs: [String: String], state: [String: String] = [:], jobSucceeded: Bool = true
    ) throws -> ActionInvocation {
        var assignment = JobAssignment(
            runID: runID, jobID: Int64(job), jobName: "test", job: JobPlan(key: "test", steps: steps),
            contexts: .init(github: github), folder: JobFolder(path: "\(root)/none"), eventFile: "",
            workspace: folder, toolsFolder: "\(folder)/tools",
            source: .init(mirror: "", commit: "", ref: storage.ref, originURL: originURL),
            confinement: .init(kind: .none, sharesNetwork: sharesNetwork),
            engine: engineAddress, engineUse: EngineUse(permission: permission), storage: storage,
            deployments: "\(root)/deployments")
        assignment.isFollowed = baseline != nil
        assignment.laterJobs = laterJobs
        let answers = assignment.folder
        let workplace = workplace
        return ActionInvocation(
            inputs: inputs, environment: (runsCommands ? [:] : ["HOME": "/job/home"]).merging(environment) { $1 },
            commandEnvironment: workplace.environment.merging(environment) { $1 }, assignment: assignment, workplace: workplace,
            state: state,
            jobSucceeded: jobSucceeded, cancellation: try Cancellation(),
            masked: { [secret] text in secret.map { text.replacingOccurrences(of: $0, with: "***") } ?? text },
            log: { self.log.append($0) },
            mask: { self.masks.append($0) }, tellDeployment: { self.deployments.append($0) }, tellGate: { self.gates.append($0) },
            askForBaseline: { request in
                self.baselineRequests.append(request)
                let data = self.written(self.baseline)
                try? data?.write(to: URL(fileURLWithPath: answers.baseline(number: request.number)))
            }, memory: memory)
    }

    /// The names of the failures that a step is told of that ends with these words.
    func names(of message: String) throws -> [String] {
        let log = Array("2026-11-21T17:00:00.0000000Z ##[error]\(message)\n".utf8)
        let failure = StepFailure(
            step: 1, exitCode: 1, log: LogExcerpt(parts: [.init(offset: 0, bytes: log)]),
            assignment: try invocation([:]).assignment)
        return KnownFailures().diagnoses(of: failure).map(\.rule)
    }

    @discardableResult
    func run(_ action: any BuiltinAction, _ inputs: [String: String]) throws -> ActionResult {
        try action.run(invocation(inputs))
    }

    /// A step with its post step at the job's end.
    @discardableResult
    func runWithPost(
        _ action: any BuiltinAction, _ inputs: [String: String], jobSucceeded: Bool = true, between: () throws -> Void = {}
    ) throws -> (main: ActionResult, post: ActionResult) {
        let main = try run(action, inputs)
        try between()
        return (main, try action.finish(invocation(inputs, state: main.state, jobSucceeded: jobSucceeded)))
    }
}
