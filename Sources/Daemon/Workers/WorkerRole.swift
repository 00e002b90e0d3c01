internal import Actions
internal import Dispatch
internal import Execution
internal import Executors
internal import Foundation
internal import Glibc
internal import Plan
internal import Processes

/// What a forked process does as a worker: take one order, run the job, end.
///
/// Descriptors: 0 is the pipe with the order, 1 the locked file of the job's folder, whose lock this process holds by keeping
/// it open. An order that ends early means that the daemon died while it wrote: nothing is executed then.
enum WorkerRole {
    static let name = "worker"

    static func run(_ descriptors: [OwnedDescriptor]) -> Never {
        guard descriptors.count == 2, let order = try? Pipes.readAll(descriptors[0].number),
            let order = try? JSONDecoder().decode(WorkerOrder.self, from: Data(order))
        else { exit(1) }
        let assignment = order.assignment
        do {
            // Without a sandbox nothing would end the job's processes when this one is killed.
            if assignment.confinement.kind == .none { try ProcessTree.goOnGuarded() }
            try WorkerSession(order: order).run()
        } catch {
            // The journal could not be written: there is nobody to tell. The daemon finds the lock free and the job lost.
            FileHandle.standardError.write(Data("slipway worker \(assignment.jobID): \(error)\n".utf8))
            exit(1)
        }
        withExtendedLifetime(descriptors) {}
        exit(0)
    }
}

/// One job's run in a worker process.
struct WorkerSession {
    let order: WorkerOrder

    private var assignment: JobAssignment { order.assignment }

    func run() throws {
        let journal = try JournalWriter(path: assignment.folder.journal)
        let log = try JobLog(
            path: assignment.folder.log, secrets: order.secrets.values + order.masks, limit: assignment.limits.log)
        let cancellation = try Cancellation()
        let control = try ControlSocket(path: assignment.folder.control, cancellation: cancellation)
        defer { control.close() }
        let workplace: any Workplace
        do {
            workplace = try HostExecutor(tools: assignment.toolsFolder).open(
                assignment, containers: JobContainers(), cancellation: cancellation, log: { log.write($0) })
            try Folder.copy(
                assignment.eventFile, to: workplace.folders.temporary.appending("event.json").outside)
        } catch {
            try giveUp(error, journal: journal, log: log)
            return
        }
        let walker = JobWalker(
            assignment: assignment, secrets: order.secrets, workplace: workplace, actions: [CheckoutAction()], log: log,
            journal: journal, cancellation: cancellation, runnerName: Self.hostName, now: { Date() })
        let finish: JournalRecord.JobFinish
        do { finish = try walker.run() } catch {
            workplace.close()
            var lost = JournalRecord.JobFinish.lost(reason: error.message, at: Date())
            lost.logSize = log.size
            try journal.append(.jobFinished(lost))
            try workplace.discard()
            return
        }
        if !assignment.keepsWorkspace.keeps(after: finish.conclusion) { try workplace.discard() }
    }

    /// The job's place can't be made: the host's fault, told apart from a failed test.
    private func giveUp(_ error: ExecutionError, journal: JournalWriter, log: JobLog) throws {
        log.write("##[error]\(error.message)")
        try journal.append(.jobStarted(at: Date(), processID: getpid(), steps: []))
        try journal.append(.annotation(Annotation(level: .error, message: error.message)))
        var finish = JournalRecord.JobFinish.lost(reason: error.message, at: Date())
        finish.logSize = log.size
        try journal.append(.jobFinished(finish))
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "localhost" }
    }
}

/// The socket on which a worker hears of a cancel: lines `cancel LEVEL REASON`, level 1 or 2.
private final class ControlSocket: Sendable {
    private let listener: UnixSocketListener

    init(path: String, cancellation: Cancellation) throws(ProcessError) {
        let listener = try UnixSocketListener(path: path)
        self.listener = listener
        // Ends with the process; a closed listener makes accept throw.
        DispatchQueue(label: "slipway.control").async {
            while let connection = try? listener.accept() {
                guard let bytes = try? connection.read(atMost: 4096, until: .now + .seconds(5)) else { continue }
                let words = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 2)
                guard words.count == 3, words[0] == "cancel", let level = Int(words[1]) else { continue }
                let reason = words[2].split(separator: "\n").first.map(String.init) ?? ""
                while cancellation.level.rawValue < min(level, Cancellation.Level.forced.rawValue) {
                    cancellation.request(reason: reason)
                }
            }
        }
    }

    func close() { listener.close() }
}
