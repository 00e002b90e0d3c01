internal import Dispatch
internal import Execution
internal import Executors
internal import Foundation
internal import Glibc
internal import Plan
internal import Processes

/// What a forked process does as a worker: take one order, run the job, end.
///
/// Descriptors: 0 is a file in memory with the order, 1 the locked file of the job's folder, whose lock this process holds by
/// keeping it open.
enum WorkerRole {
    static let name = "worker"

    /// - Parameter preparation: the place that was made for the job before it was known.
    static func run(_ descriptors: [OwnedDescriptor], preparation: HostPreparation? = nil) -> Never {
        guard descriptors.count == 2, let order = try? descriptors[0].readToEnd(),
            let order = try? JSONDecoder().decode(WorkerOrder.self, from: Data(order))
        else { exit(1) }
        do {
            // Without a sandbox nothing would end the job's processes when this one is killed.
            if order.assignment.confinement.kind == .none { try ProcessTree.goOnGuarded() }
            // Beside it there are the threads of the control socket and of steps in the background.
            try ForkedThread.run { end(order, preparation: preparation) }
        } catch {
            fail(order, error)
        }
        withExtendedLifetime(descriptors) {}
        exit(0)
    }

    private static func end(_ order: WorkerOrder, preparation: HostPreparation?) {
        // The journal could not be written: there is nobody to tell. The daemon finds the lock free and the job lost.
        do { try WorkerSession(order: order, preparation: preparation).run() } catch { fail(order, error) }
    }

    private static func fail(_ order: WorkerOrder, _ error: any Error) -> Never {
        FileHandle.standardError.write(Data("slipway worker \(order.assignment.jobID): \(error)\n".utf8))
        exit(1)
    }
}

/// One job's run in a worker process.
struct WorkerSession {
    let order: WorkerOrder
    let preparation: HostPreparation?

    private var assignment: JobAssignment { order.assignment }

    func run() throws {
        let journal = try JournalWriter(path: assignment.folder.journal)
        let log = try JobLog(
            path: assignment.folder.log, secrets: order.secrets.values + order.masks, limit: assignment.limits.log)
        let cancellation = try Cancellation()
        let pause = try assignment.pauseLimit.map { limit throws(ExecutionError) in try FailurePause(limit: limit) }
        let credentials = HandedCredentials(in: order.environment, end: order.credentialEnd).map { handed in
            WorkerCredentials(
                handed, ask: { number throws(ExecutionError) in try journal.append(.credentialsAsked(number)) },
                mask: log.maskAdder)
        }
        let control = try ControlSocket(
            path: assignment.folder.control, ears: .init(cancellation: cancellation, pause: pause, credentials: credentials))
        defer { control.close() }
        let executor = JobExecutor(tools: assignment.toolsFolder, preparation: preparation)
        var parts = JobParts(executor: executor, for: assignment, journal: journal)
        parts.credentialEnvironment = order.environment
        if let credentials { parts.credentials = credentials }
        parts.pause = pause
        let walker = JobWalker(
            assignment: assignment, secrets: order.secrets, parts: parts, log: log, journal: journal,
            cancellation: cancellation, runnerName: Self.hostName, now: { Date() })
        let finish: JournalRecord.JobFinish
        do { finish = try walker.run() } catch {
            walker.workplace?.close()
            var lost = JournalRecord.JobFinish.lost(reason: error.message, at: Date())
            lost.logSize = log.size
            try journal.append(.jobFinished(lost))
            try walker.workplace?.discard()
            return
        }
        if !assignment.keepsWorkspace.keeps(after: finish.conclusion) { try walker.workplace?.discard() }
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "localhost" }
    }
}

/// The socket on which a worker hears of wishes, a line on a connection each:
///
/// - `cancel LEVEL REASON`, level 1 or 2;
/// - `continue WHO`, where the job stands still after a failure; the answer is `ok` or `no`;
/// - `credentials` with a `CredentialAnswer` as JSON, to a worker that asked for newer ones;
/// - `shell` with a `ShellRequest` as JSON; the connection becomes the shell's, of `TerminalFrame`.
private final class ControlSocket: Sendable {
    /// Who hears what is said.
    struct Ears: Sendable {
        let cancellation: Cancellation
        let pause: FailurePause?
        let credentials: WorkerCredentials?
    }

    private let listener: UnixSocketListener
    private static let longestLine = 64 << 10

    init(path: String, ears: Ears) throws(ProcessError) {
        let listener = try UnixSocketListener(path: path)
        self.listener = listener
        // Ends with the process.
        DispatchQueue(label: "slipway.control").async {
            while true {
                let accepted: UnixSocket?
                do { accepted = try listener.accept() } catch {
                    // Without descriptors, or for a caller that is gone already: the next one is to be heard all the same.
                    usleep(100_000)
                    continue
                }
                guard let connection = accepted else { continue }
                guard let bytes = Self.begin(of: connection) else { continue }
                Self.obey(bytes, from: connection, ears)
            }
        }
    }

    /// A line, and what may have come behind it; nil where none comes.
    private static func begin(of connection: UnixSocket) -> [UInt8]? {
        var bytes: [UInt8] = []
        let end = SuspendingClock.now + .seconds(5)
        while !bytes.contains(UInt8(ascii: "\n")), bytes.count < longestLine {
            guard let more = try? connection.read(atMost: 4096, until: end) else { return nil }
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    private static func obey(_ bytes: [UInt8], from connection: UnixSocket, _ ears: Ears) {
        let (cancellation, pause) = (ears.cancellation, ears.pause)
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 2 else { return }
        switch words[0] {
        case "cancel":
            let parts = words[1].split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2, let level = Int(parts[0]) else { return }
            while cancellation.level.rawValue < min(level, Cancellation.Level.forced.rawValue) {
                cancellation.request(reason: parts[1])
            }
        case "continue":
            // Who asked hears nothing where the connection broke, and asks again.
            try? connection.write(Array((pause?.resume(by: words[1]) == true ? "ok\n" : "no\n").utf8))
        case "credentials":
            guard let answer = try? JSONDecoder().decode(CredentialAnswer.self, from: Data(words[1].utf8)) else { return }
            ears.credentials?.take(answer)
        case "shell":
            guard let request = try? JSONDecoder().decode(ShellRequest.self, from: Data(words[1].utf8)) else { return }
            let shell = ShellConnection(taking: connection.release(), beginning: Array(bytes.dropFirst(line.count + 1)))
            guard let pause else { return shell.refuse("nobody asked for a pause of this job") }
            pause.open(request, shell)
        default: break
        }
    }

    func close() { listener.close() }
}
