internal import CProcesses
internal import Dispatch
internal import Glibc
internal import Synchronization

/// A process that the fork server made. It is not a child of this one: its end can be awaited, its exit code can't be asked for.
public final class ForkedProcess: Sendable {
    public let pid: Int32
    private let handle: OwnedDescriptor

    /// Readable when it has ended; for poll(2). Owned by this object.
    public var pidfd: Int32 { handle.number }

    init(pid: Int32, handle: OwnedDescriptor) {
        self.pid = pid
        self.handle = handle
    }

    /// A process that another daemon had made. Nil where there is none of that pid; the caller has to make sure, by something
    /// that dies with the process it means, that the pid is still that process's.
    public init?(adopting pid: Int32) {
        let pidfd = slipway_pidfd_open(pid)
        guard pidfd >= 0 else { return nil }
        self.pid = pid
        handle = OwnedDescriptor(pidfd)
    }

    public var hasEnded: Bool { awaitExit(until: .now) }

    /// Blocks until it has ended or the deadline passed.
    public func awaitExit(until deadline: SuspendingClock.Instant?) -> Bool {
        Polling.ready([pidfd], until: deadline)[0]
    }

    /// Suspends until it has ended or the task is cancelled.
    public func exit() async {
        await ExitNotice.wait(for: handle)
    }

    /// False if it has ended already.
    @discardableResult
    public func signal(_ signal: Int32) -> Bool {
        slipway_pidfd_signal(pidfd, signal) == 0
    }
}

/// Asks the fork server for processes, and starts the server when there is none or it has ended.
///
/// Safe from any task. Requests are served one after the other, each in about a millisecond, on a queue of its own.
public final class ForkServerClient: Sendable {
    private let executable: String
    private let arguments: [String]
    private let limit: Duration
    private let queue = DispatchQueue(label: "fork-server-client")
    private let server = Mutex<Server?>(nil)

    /// - Parameters:
    ///   - executable: What to start as the server: this very program, also when its file was replaced meanwhile.
    ///   - arguments: Make it call `ForkServer.serve()`.
    ///   - limit: How long a request may take until the server counts as hung and is replaced.
    public init(
        executable: String = "/proc/self/exe", arguments: [String] = ["fork-server"], limit: Duration = .seconds(10)
    ) {
        self.executable = executable
        self.arguments = arguments
        self.limit = limit
    }

    /// Starts the server, so that the first request doesn't wait for it.
    public func start() async throws(ProcessError) {
        try await onQueue { () throws(ProcessError) in _ = try self.currentServer() }
    }

    /// Makes a process that plays a role.
    ///
    /// - Parameters:
    ///   - descriptors: At most 4, which the process gets copies of; they stay open here and must be until this returns.
    ///   - deadline: Nil for a worker, which is nobody's child and outlives both this process and the server. Otherwise SIGALRM
    ///     ends the process after that time, and it is the server's child.
    public func fork(
        role: String, descriptors: [Int32] = [], deadline: Duration? = nil
    ) async throws(ProcessError) -> ForkedProcess {
        guard descriptors.count <= ForkMessage.mostDescriptors, role.utf8.count + 8 <= ForkMessage.mostBytes else {
            throw .system("ask the fork server for '\(role)'", code: EMSGSIZE)
        }
        let request = ForkRequest(role: role, milliseconds: deadline.map { max(1, $0.milliseconds) } ?? 0)
        return try await onQueue { () throws(ProcessError) in try self.serve(request, descriptors) }
    }

    /// Ends the server; processes that it made go on. A later request starts another.
    public func stop() async {
        try? await onQueue { () throws(ProcessError) in self.discard() }
    }

    private func onQueue<Value: Sendable>(
        _ body: @escaping @Sendable () throws(ProcessError) -> Value
    ) async throws(ProcessError) -> Value {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, ProcessError>, Never>) in
            queue.async { continuation.resume(returning: Result { () throws(ProcessError) in try body() }) }
        }
        return try result.get()
    }
}

/// What runs on the queue.
extension ForkServerClient {
    private struct Server: Sendable {
        let process: SpawnedProcess
        let socket: OwnedDescriptor
    }

    /// A server that died between two requests is noticed when the request can't be sent: nothing was made then, so another may
    /// try. One that died after the request may have made the process, so that is an error.
    private func serve(_ request: ForkRequest, _ descriptors: [Int32]) throws(ProcessError) -> ForkedProcess {
        let bytes = request.bytes
        for attempt in 0..<2 {
            let server = try currentServer()
            if slipway_send(server.socket.number, bytes, bytes.count, descriptors, descriptors.count) >= 0 {
                return try receiveReply(from: server, role: request.role)
            }
            let code = errno
            discard()
            guard attempt == 0, code == EPIPE || code == ECONNRESET else {
                throw .system("ask the fork server for '\(request.role)'", code: code)
            }
        }
        throw .system("ask the fork server for '\(request.role)'", code: EPIPE)
    }

    private func receiveReply(from server: Server, role: String) throws(ProcessError) -> ForkedProcess {
        guard Polling.ready([server.socket.number], until: .now + limit)[0] else {
            discard()
            throw .system("get '\(role)' from the fork server", code: ETIMEDOUT)
        }
        guard let message = ForkMessage.receive(from: server.socket.number), let reply = ForkReply(message.bytes) else {
            discard()
            throw .system("get '\(role)' from the fork server", code: ECONNRESET)
        }
        guard reply.code == 0, let handle = message.descriptors.first else {
            throw .system(
                "fork '\(role)'", code: reply.code,
                remedy: reply.code == EAGAIN ? "a limit on processes is reached (TasksMax= of the service, ulimit -u)" : nil)
        }
        return ForkedProcess(pid: reply.pid, handle: handle)
    }

    private func currentServer() throws(ProcessError) -> Server {
        if let server = server.withLock({ $0 }), !server.process.awaitExit(until: .now) { return server }
        discard()
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw .system("make a socket for the fork server", code: errno)
        }
        let (socket, far) = (OwnedDescriptor(ends[0]), OwnedDescriptor(ends[1]))
        var specification = ProcessSpecification(executable: executable, arguments: arguments)
        specification.environment = Self.environment()
        specification.standardInput = .descriptor(far.number)
        specification.output = .descriptor(STDOUT_FILENO)
        specification.errors = .descriptor(STDERR_FILENO)
        // What workers may do is decided when they start their steps, and this can't be taken back.
        specification.noNewPrivileges = false
        let server = Server(process: try SpawnedProcess.start(specification), socket: socket)
        self.server.withLock { $0 = server }
        return server
    }

    /// Closing the socket is what ends a server; one that hangs is killed.
    private func discard() {
        let old = server.withLock { server in
            defer { server = nil }
            return server
        }
        guard let old else { return }
        old.socket.close()
        if old.process.wait(until: .now + .seconds(1)) == nil {
            old.process.signal(SIGKILL)
            _ = old.process.wait()
        }
    }

    private static func environment() -> [(name: String, value: String)] {
        var variables: [(name: String, value: String)] = []
        guard var entry = slipway_environment() else { return [] }
        while let variable = entry.pointee {
            let text = String(cString: variable)
            if let equals = text.firstIndex(of: "=") {
                variables.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
            }
            entry += 1
        }
        return variables
    }
}

extension Duration {
    fileprivate var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) * 1000 + UInt64(max(0, attoseconds)) / 1_000_000_000_000_000
    }
}
