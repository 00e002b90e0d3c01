internal import Threads

/// What a lasting shell prints, on its way from the thread that waits for the shell to the job's thread.
///
/// While nobody reads, what processes in the background print is kept up to a bound, and dropped beyond it: nobody has to wait for a
/// step that may never come.
final class ShellChannel: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var end: Result<CommandOutcome, ExecutionError>?
        var isRead = false
        var dropped = 0
    }

    private let state = Monitor(State())
    private let pipe: WakePipe

    /// Becomes readable with news.
    var descriptor: Int32 { pipe.descriptor }

    private static let mostBytes = 1 << 20

    /// What came since the last look.
    struct News {
        var bytes: [UInt8]
        /// How much was left out because nobody read.
        var dropped: Int
        /// How the shell ended; nothing comes after it.
        var end: Result<CommandOutcome, ExecutionError>?
    }

    /// - Throws: `ExecutionError` where the process has no descriptors left.
    init() throws(ExecutionError) { pipe = try WakePipe(for: "the job's shell") }

    // MARK: The shell's thread

    func append(_ new: UnsafeRawBufferPointer) {
        state.wait(until: { !$0.isRead || $0.bytes.count < Self.mostBytes }) { state in
            let room = state.isRead ? new.count : max(0, min(new.count, Self.mostBytes - state.bytes.count))
            state.bytes.append(contentsOf: new.prefix(room))
            state.dropped += new.count - room
        }
        pipe.wake()
    }

    func finish(_ result: Result<CommandOutcome, ExecutionError>) {
        state.change { $0.end = result }
        pipe.wake()
    }

    // MARK: The job's thread

    /// Whether somebody reads from now on.
    func setRead(_ value: Bool) { state.change { $0.isRead = value } }

    func take() -> News {
        pipe.drain()
        return state.change { state in
            defer { (state.bytes, state.dropped) = ([], 0) }
            return News(bytes: state.bytes, dropped: state.dropped, end: state.end)
        }
    }

    /// Returns once the shell has ended.
    func awaitEnd() {
        setRead(false)
        state.wait(until: { $0.end != nil }, then: { _ in })
    }
}
