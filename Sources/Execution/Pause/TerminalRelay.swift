internal import Glibc

/// Carries what is typed to a terminal, and what is printed there back, until one side is at its end. On a thread of its own.
///
/// Neither side is read faster than the other takes it.
struct TerminalRelay {
    private let connection: ShellConnection
    private let terminal: any CommandTerminal
    /// Becomes readable when the shell has to end.
    private let stop: Int32
    private var frames = TerminalFrameReader()
    /// For the terminal, and for the connection.
    private var typed: [UInt8] = []
    private var printed: [UInt8] = []

    private static let most = 256 << 10
    private static let chunk = 32 << 10
    /// How long the last words may take.
    private static let lastGrace = 5.0

    private enum End {
        case exit
        case broken
        case stopped
    }

    init(_ connection: ShellConnection, _ terminal: any CommandTerminal, stop: Int32) {
        self.connection = connection
        self.terminal = terminal
        self.stop = stop
        _ = fcntl(terminal.descriptor, F_SETFL, fcntl(terminal.descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Runs to the end of the shell: nothing of it is left then.
    ///
    /// - Parameter stopReason: what is said where the shell was stopped.
    /// - Returns: how it ended, in words.
    mutating func run(greeting: String, stopReason: () -> String) -> String {
        printed += TerminalFrame.opened(greeting).encoded
        let end = relay()
        if end != .broken { drain() }
        let outcome = terminal.end()
        var reason: String
        let last: TerminalFrame
        switch end {
        case .broken: return "the connection broke"
        case .stopped:
            reason = stopReason()
            last = .closed(reason)
        case .exit:
            let code = Self.code(of: outcome)
            reason = "exit code \(code)"
            last = .ended(code: code)
        }
        printed += last.encoded
        let deadline = Deadline(after: Self.lastGrace)
        while !printed.isEmpty, !deadline.hasPassed {
            guard wait([pollfd(fd: connection.descriptor, events: Int16(POLLOUT), revents: 0)], deadline) != nil, send() else {
                break
            }
        }
        return reason
    }

    private static func code(of outcome: CommandOutcome) -> Int32 {
        switch outcome {
        case .exited(let code): code
        case .signaled(let signal, _): 128 + signal
        case .timedOut, .cancelled: 128
        }
    }

    private mutating func relay() -> End {
        guard take(connection.beginning[...]) else { return .broken }
        while true {
            let ends = wait(
                [
                    pollfd(fd: connection.descriptor, events: events(reads: typed.count, writes: printed.count), revents: 0),
                    pollfd(fd: terminal.descriptor, events: events(reads: printed.count, writes: typed.count), revents: 0),
                    pollfd(fd: terminal.exitDescriptor, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
                ], nil)
            guard let ends else { return .broken }
            if ends[3] != 0 { return .stopped }
            if ends[0] & POLLIN != 0 {
                if !receive() { return .broken }
            } else if ends[0] & (POLLHUP | POLLERR | POLLNVAL) != 0 {
                return .broken
            }
            if ends[0] & POLLOUT != 0, !send() { return .broken }
            if ends[1] & POLLOUT != 0 { type() }
            if ends[1] & (POLLIN | POLLHUP | POLLERR | POLLNVAL) != 0, !read() { return .exit }
            if ends[2] != 0 { return .exit }
        }
    }

    private func events(reads: Int, writes: Int) -> Int16 {
        Int16((reads < Self.most ? POLLIN : 0) | (writes > 0 ? POLLOUT : 0))
    }

    /// What can be done with each; nil where waiting failed.
    private func wait(_ entries: [pollfd], _ deadline: Deadline?) -> [Int32]? {
        var entries = entries
        while true {
            let limit = deadline.map { Int32($0.remaining * 1000) + 1 } ?? -1
            let count = poll(&entries, nfds_t(entries.count), limit)
            if count >= 0 { return entries.map { Int32($0.revents) } }
            if errno != EINTR { return nil }
        }
    }

    // MARK: - The connection

    private mutating func receive() -> Bool {
        var bytes = [UInt8](repeating: 0, count: Self.chunk)
        let count = Glibc.read(connection.descriptor, &bytes, bytes.count)
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        return take(bytes[..<count])
    }

    /// - Returns: false for what is not understood.
    private mutating func take(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let news = try? frames.take(bytes) else { return false }
        for frame in news {
            switch frame {
            case .bytes(let bytes): typed += bytes
            case .size(let size): terminal.resize(columns: size.columns, rows: size.rows)
            case .opened, .ended, .closed: return false
            }
        }
        return true
    }

    private mutating func send() -> Bool {
        guard !printed.isEmpty else { return true }
        let count = printed.withUnsafeBytes {
            Glibc.send(connection.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count >= 0 else { return errno == EAGAIN || errno == EINTR }
        printed.removeFirst(count)
        return true
    }

    // MARK: - The terminal

    /// - Returns: false at its end.
    private mutating func read() -> Bool {
        var bytes = [UInt8](repeating: 0, count: Self.chunk)
        let count = Glibc.read(terminal.descriptor, &bytes, bytes.count)
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        printed += TerminalFrame.bytes(Array(bytes[..<count])).encoded
        return true
    }

    private mutating func type() {
        guard !typed.isEmpty else { return }
        let count = typed.withUnsafeBytes { Glibc.write(terminal.descriptor, $0.baseAddress, $0.count) }
        // A terminal that takes nothing any more is read to its end.
        if count > 0 { typed.removeFirst(count) } else if errno != EAGAIN, errno != EINTR { typed = [] }
    }

    /// Reads what was printed last.
    private mutating func drain() {
        while printed.count < 4 * Self.most {
            let before = printed.count
            guard read(), printed.count > before else { return }
        }
    }
}
