internal import Glibc
internal import Plan
internal import Synchronization

/// Where a job stands still after a step failed: until somebody lets it go on, its time is over, or it is cancelled. Meanwhile
/// shells may be opened in it, several at once.
///
/// `resume` and `open` may be called by any thread, and are heard while the job stands; everything else is the walker's.
public final class FailurePause: Sendable {
    /// At a time; one more is refused.
    static let mostShells = 8

    enum News {
        case resume(by: String)
        case shell(ShellRequest, ShellConnection)
        case ended(shell: Int, reason: String)
    }

    private struct State {
        var isOpen = false
        var news: [News] = []
    }

    /// Seconds that it lasts where nobody ends it.
    let limit: Double
    private let state = Mutex(State())
    private let pipe: WakePipe

    /// - Throws: `ExecutionError` where the process has no descriptors left.
    public init(limit: Double) throws(ExecutionError) {
        self.limit = limit
        pipe = try WakePipe(for: "the job's pause")
    }

    /// Lets the job go on.
    ///
    /// - Parameter actor: who wants it, as records name them.
    /// - Returns: false where the job does not stand still.
    public func resume(by actor: String) -> Bool { tell(.resume(by: actor)) }

    /// Opens a shell for whoever is at the other end of the connection, to whom everything is told there.
    public func open(_ request: ShellRequest, _ connection: ShellConnection) {
        if !tell(.shell(request, connection)) { connection.refuse("the job does not stand still: there is no shell in it") }
    }

    private func tell(_ news: News) -> Bool {
        let isHeard = state.withLock { state in
            guard state.isOpen else { return false }
            state.news.append(news)
            return true
        }
        if isHeard { pipe.wake() }
        return isHeard
    }

    // MARK: - The walker's

    func begin() { state.withLock { $0.isOpen = true } }

    /// What nobody has seen then is refused.
    func end() {
        let rest = state.withLock { state -> [News] in
            defer { state = State() }
            return state.news
        }
        for case .shell(_, let connection) in rest { connection.refuse("the pause is over") }
    }

    /// What came since the last call.
    func takeNews() -> [News] {
        pipe.drain()
        return state.withLock { state in
            defer { state.news = [] }
            return state.news
        }
    }

    /// Returns when there is news, the cancellation was requested, or the deadline passed.
    func wait(until deadline: Deadline?, cancellation: Cancellation?) {
        var waits = [pollfd(fd: pipe.descriptor, events: Int16(POLLIN), revents: 0)]
        if let cancellation { waits.append(pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0)) }
        let seconds = min(deadline?.remaining ?? 3600, 3600)
        _ = poll(&waits, nfds_t(waits.count), Int32(seconds * 1000) + 1)
    }

    func noteEnd(ofShell number: Int, reason: String) {
        state.withLock { $0.news.append(.ended(shell: number, reason: reason)) }
        pipe.wake()
    }
}

/// A shell that runs in a paused job, on a thread of its own.
final class RunningShell: Sendable {
    let use: ShellUse
    private let stopping: WakePipe
    private let stopReason = Mutex("")

    init(_ use: ShellUse) throws(ExecutionError) {
        self.use = use
        stopping = try WakePipe(for: "a shell in the job")
    }

    /// Relays until it ends; then the pause is told. False where there is no thread to be had: it has ended then.
    func start(
        _ connection: ShellConnection, _ terminal: any CommandTerminal, number: Int, greeting: String, in pause: FailurePause
    )
        -> Bool
    {
        let isRunning = StepThread.begin { [self] in
            var relay = TerminalRelay(connection, terminal, stop: stopping.descriptor)
            let reason = relay.run(greeting: greeting) { stopReason.withLock { $0 } }
            pause.noteEnd(ofShell: number, reason: reason)
        }
        if !isRunning { _ = terminal.end() }
        return isRunning
    }

    func stop(_ reason: String) {
        stopReason.withLock { $0 = reason }
        stopping.wake()
    }
}
