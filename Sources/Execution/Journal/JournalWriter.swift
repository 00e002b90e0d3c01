internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// Appends records to a job's journal. Whole records are written at once, so that a reader never sees half of one followed by
/// another. Steps that run beside each other may write at the same time.
///
/// Every write wakes the daemon. So what is followed by another record at once waits for it: that a step has ended is told
/// together with the start of the next one.
public final class JournalWriter: Sendable {
    private let descriptor: Int32
    private let path: String
    private let state: Mutex<State>

    private struct State {
        let encoder: JSONEncoder
        /// Lines that wait for the next one.
        var waiting = Data()
    }

    /// - Throws: `ExecutionError` where the file can't be made.
    public init(path: String) throws(ExecutionError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw ExecutionError("can't open the journal \(path): \(String(cString: strerror(errno)))")
        }
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        encoder.outputFormatting = [.withoutEscapingSlashes]
        state = Mutex(State(encoder: encoder))
    }

    deinit { close(descriptor) }

    /// - Throws: `ExecutionError` where the disk is full; the job must stop then, since nothing it does could be told.
    public func append(_ record: JournalRecord) throws(ExecutionError) {
        let failure = state.withLock { state -> String? in
            do { state.waiting.append(try state.encoder.encode(record)) } catch { return "\(error)" }
            state.waiting.append(UInt8(ascii: "\n"))
            return record.isFollowedAtOnce ? nil : write(&state.waiting)
        }
        try check(failure)
    }

    /// Writes what waits: before something that takes its time.
    public func flush() throws(ExecutionError) {
        try check(state.withLock { write(&$0.waiting) })
    }

    private func check(_ failure: String?) throws(ExecutionError) {
        if let failure { throw ExecutionError("can't write the journal \(path): \(failure)") }
    }

    private func write(_ lines: inout Data) -> String? {
        defer { lines.removeAll(keepingCapacity: true) }
        return lines.withUnsafeBytes { write($0) }
    }

    /// What went wrong, or nil.
    private func write(_ bytes: UnsafeRawBufferPointer) -> String? {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            if count < 0 {
                if errno == EINTR { continue }
                return String(cString: strerror(errno))
            }
            written += count
        }
        return nil
    }
}

extension JournalRecord {
    /// Whether the walker has more to tell in the next moment.
    fileprivate var isFollowedAtOnce: Bool {
        switch self {
        case .jobStarted, .stepFinished, .stepsPlanned: true
        case .stepStarted, .stepLog, .annotation, .diagnosis, .report, .storage, .deployment, .gate, .baselineAsked,
            .credentialsAsked, .summary,
            .paused,
            .resumed, .shell, .jobFinished:
            false
        }
    }
}
