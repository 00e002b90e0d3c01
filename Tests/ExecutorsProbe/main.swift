internal import Actions
internal import Dispatch
internal import Execution
internal import Executors
internal import Expressions
internal import Foundation
internal import Plan
internal import Processes

// Plays a worker for the tests, one job a process: without a sandbox the end of a job is the end of all that its process
// started, which must not be the tests' own.
//
// The argument is the file of the order. Every line of standard input asks to cancel, with the line as the reason.

let order = try JSONDecoder().decode(WorkerOrder.self, from: Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1])))
let assignment = order.assignment
if assignment.confinement.kind == .none { try ProcessTree.adoptOrphans() }
let cancellation = try Cancellation()
DispatchQueue(label: "cancel").async {
    while let line = readLine() { cancellation.request(reason: line) }
}
let log = try JobLog(path: assignment.folder.log, secrets: Array(order.secrets.values), limit: assignment.limits.log)
let journal = try JournalWriter(path: assignment.folder.journal)
let parts = JobParts(
    executor: HostExecutor(tools: assignment.toolsFolder), actions: [MirrorAction(), KeeperAction()],
    catalog: RepositoryActions(assignment), services: FixedServices())
let walker = JobWalker(
    assignment: assignment, secrets: order.secrets, parts: parts, log: log, journal: journal, cancellation: cancellation,
    runnerName: "probe", now: { Date() })
_ = try walker.run()

/// Tells a token, and serves nothing.
struct FixedServices: ActionServices {
    func environment(
        for caller: ServiceCaller, in workplace: any Workplace, deadline: Deadline?, cancellation: Cancellation
    ) -> [String: String] {
        ["ACTIONS_RUNTIME_TOKEN": "service-token-7"]
    }

    func stop() {}
}

/// Gives its inputs back as outputs; fails where the input `fail` says why.
struct MirrorAction: BuiltinAction {
    static let names = ["slipway/mirror"]

    func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        invocation.log("in \(invocation.environment["PLACE"] ?? "nowhere")")
        if let reason = invocation.input("fail") { throw ActionFailure(reason) }
        var result = ActionResult(annotations: [Annotation(level: .notice, message: "mirrored")])
        for (name, value) in invocation.inputs { result.outputs[name] = .string(value) }
        return result
    }
}

/// Keeps its input `keep` for its post step, for the variable `KEEPER`, and in a tool on the `PATH`.
struct KeeperAction: BuiltinAction {
    static let names = ["slipway/keeper"]
    static let hasPost = true

    func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let kept = invocation.input("keep") ?? ""
        let tools = invocation.folders.temporary.appending("keeper")
        do {
            try Folder.make(tools.outside)
            try Folder.write("#!/bin/sh\necho tool\n", to: "\(tools.outside)/keeper-tool", mode: 0o755)
        } catch {
            throw ActionFailure(error.message)
        }
        return ActionResult(environment: ["KEEPER": kept], pathEntries: [tools.inside], state: ["kept": kept])
    }

    func finish(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        invocation.log("kept \(invocation.state["kept"] ?? "nothing"), success \(invocation.jobSucceeded)")
        return ActionResult()
    }
}
