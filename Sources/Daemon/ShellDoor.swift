internal import Dispatch
internal import Execution
internal import Glibc
internal import Plan
internal import Processes
internal import Signing
internal import Synchronization
internal import WakeUps

/// Where command lines on this host get their connections to shells in paused jobs.
///
/// Whether somebody may have one is decided on the operator socket, which answers with a ticket: good for one connection to
/// this socket, and for some seconds. Handed over is the connection itself (`SCM_RIGHTS`, unix(7)): what goes over it is
/// between the command line and the job's worker, and goes on when this process ends.
final class ShellDoor: Sendable {
    private struct Admission {
        var worker: PausedWorker
        var actor: String
        var size: TerminalSize
        var terminal: String
        var expiry: SuspendingClock.Instant
    }

    /// Of the socket.
    let path: String
    private let report: @Sendable (String) -> Void
    private let admissions = Mutex<[String: Admission]>([:])
    private static let patience = Duration.seconds(10)

    /// - Parameter socket: the operator socket's path.
    init(beside socket: String, report: @escaping @Sendable (String) -> Void) {
        path = "\(socket).shell"
        self.report = report
    }

    /// - Returns: the ticket.
    func admit(_ actor: String, to worker: PausedWorker, size: TerminalSize, terminal: String) throws(SigningError) -> String {
        let ticket = try RandomBytes.hexadecimal(count: 32)
        let now = SuspendingClock.now
        let admission = Admission(
            worker: worker, actor: actor, size: size, terminal: terminal, expiry: now + Self.patience)
        admissions.withLock { known in
            known = known.filter { $0.value.expiry > now }
            known[ticket] = admission
        }
        return ticket
    }

    /// Serves until the task is cancelled.
    func run() async {
        let listener: UnixSocketListener
        do throws(ProcessError) { listener = try UnixSocketListener(path: path, mode: 0o660) } catch {
            report("there will be no shells in paused jobs: \(error)")
            // A service that ends would end the daemon.
            return await WakeUp().wait()
        }
        let queue = DispatchQueue(label: "slipway.shells")
        // Only activated and cancelled, which Dispatch allows from every thread.
        nonisolated(unsafe) let source = DispatchSource.makeReadSource(fileDescriptor: listener.number, queue: queue)
        source.setEventHandler { [self] in
            guard let connection = try? listener.accept(until: .now) else { return }
            DispatchQueue.global().async { self.serve(connection) }
        }
        source.activate()
        // Until the daemon stops.
        await WakeUp().wait()
        await withCheckedContinuation { continuation in
            source.setCancelHandler { continuation.resume() }
            source.cancel()
        }
        listener.close()
    }

    private func serve(_ connection: UnixSocket) {
        do {
            let bytes = try connection.read(atMost: 256, until: .now + Self.patience) ?? []
            let ticket = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            let admission = admissions.withLock { $0.removeValue(forKey: ticket) }
            guard let admission, admission.expiry > .now else {
                return try connection.write(Array("the ticket is not good any more: ask again".utf8))
            }
            let request = ShellRequest(
                actor: admission.actor, userID: try connection.peer().userID, size: admission.size, terminal: admission.terminal)
            let shell = try admission.worker.openShell(request)
            try connection.send([0], descriptor: shell.number)
        } catch {
            // Who is gone need not know.
            try? connection.write(Array("the job's worker can't be reached: \(error)".utf8))
        }
    }
}
