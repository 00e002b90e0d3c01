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
let workplace = try HostExecutor(tools: assignment.toolsFolder).open(
    assignment, containers: JobContainers(), cancellation: cancellation, log: { log.write($0) })
let walker = JobWalker(
    assignment: assignment, secrets: order.secrets, workplace: workplace, actions: [MirrorAction()], log: log,
    journal: journal, cancellation: cancellation, runnerName: "probe", now: { Date() })
_ = try walker.run()

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
