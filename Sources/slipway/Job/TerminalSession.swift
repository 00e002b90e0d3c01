internal import Execution
internal import Glibc
internal import Processes

/// This terminal as the screen and keyboard of a shell in a job.
struct TerminalSession {
    private let connection: OwnedDescriptor
    private var frames = TerminalFrameReader()
    private var waiting: [UInt8] = []

    private static let chunk = 16 << 10
    private static let mostWaiting = 256 << 10
    /// What would end this process, with the terminal as it is.
    private static let endings = [SIGTERM, SIGHUP, SIGINT, SIGQUIT]

    /// How the session ended.
    private enum End {
        case code(Int32)
        case closed(String)
        case signal(Int32)
    }

    init(_ connection: OwnedDescriptor) { self.connection = connection }

    /// Relays until the shell ends. The terminal is as it was then, whatever happened.
    ///
    /// - Parameter greeting: what is said at the beginning, of what the job says.
    /// - Returns: the shell's exit code.
    mutating func run(greeting: (String) -> String) throws(CommandFailure) -> Int32 {
        let signals: SignalPipe
        do throws(ProcessError) { signals = try SignalPipe(Self.endings + [SIGWINCH]) } catch {
            throw CommandFailure(.rejected, "\(error)")
        }
        var raw: RawTerminal?
        let end: End
        do {
            defer { raw?.restore() }
            end = try relay(signals) { text in
                Terminal.report("slipway: \(greeting(text))")
                raw = RawTerminal(STDIN_FILENO)
            }
        }
        switch end {
        case .code(let code): return code
        case .closed(let reason): throw CommandFailure(.rejected, "the shell is closed: \(reason)")
        case .signal(let signal): return 128 + signal
        }
    }

    private mutating func relay(_ signals: SignalPipe, begun: (String) -> Void) throws(CommandFailure) -> End {
        let descriptor = connection.number
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        var hasBegun = false
        while true {
            var entries = [
                pollfd(fd: descriptor, events: Int16(POLLIN | (waiting.isEmpty ? 0 : POLLOUT)), revents: 0),
                pollfd(fd: hasBegun && waiting.count < Self.mostWaiting ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals.number, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&entries, nfds_t(entries.count), -1) >= 0 || errno == EINTR else {
                throw CommandFailure(.rejected, "can't wait for the terminal: \(String(cString: strerror(errno)))")
            }
            for signal in signals.take() {
                guard signal == SIGWINCH else { return .signal(signal) }
                if let size = RawTerminal.size(of: STDOUT_FILENO) {
                    waiting += TerminalFrame.size(TerminalSize(columns: size.columns, rows: size.rows)).encoded
                }
            }
            if entries[0].revents != 0 {
                guard send() else { return .closed("the connection broke") }
                for frame in try receive() {
                    switch frame {
                    case .opened(let text):
                        begun(text)
                        hasBegun = true
                    case .bytes(let bytes): Terminal.write(bytes: bytes)
                    case .ended(let code): return .code(code)
                    case .closed(let reason): return .closed(reason)
                    case .size: break
                    }
                }
            }
            if entries[1].revents != 0, !type() { return .signal(SIGHUP) }
        }
    }

    private mutating func send() -> Bool {
        guard !waiting.isEmpty else { return true }
        let count = waiting.withUnsafeBytes { Glibc.send(connection.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count >= 0 else { return errno == EAGAIN || errno == EINTR }
        waiting.removeFirst(count)
        return true
    }

    private mutating func receive() throws(CommandFailure) -> [TerminalFrame] {
        var bytes = [UInt8](repeating: 0, count: Self.chunk)
        let count = read(connection.number, &bytes, bytes.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return [] }
        guard count > 0 else { return [.closed("the connection broke; is the job still there?")] }
        do throws(ExecutionError) { return try frames.take(bytes[..<count]) } catch {
            throw CommandFailure(.rejected, error.message)
        }
    }

    /// - Returns: false where the terminal is gone.
    private mutating func type() -> Bool {
        var bytes = [UInt8](repeating: 0, count: Self.chunk)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        waiting += TerminalFrame.bytes(Array(bytes[..<count])).encoded
        return true
    }
}
