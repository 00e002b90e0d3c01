internal import CLibCurl
internal import Synchronization

/// One request under way: what its thread and its reader share.
final class Transfer: Sendable, TransferReceiver {
    /// Bytes that may wait for the reader before the server is held up.
    private static let bufferLimit = 256 * 1024

    private struct State {
        var head: TransportHead?
        var chunks: [[UInt8]] = []
        var nextChunk = 0
        var bufferedBytes = 0
        var isCancelled = false
        /// The thread has put the transfer to sleep until the reader has taken something.
        var isPaused = false
        var outcome: Result<Void, HTTPTransportError>?
        /// The reader that waits; there is at most one.
        var reader: CheckedContinuation<Void, Never>?
        /// The address of the thread's multi handle, 0 when it has none: a pointer would not be Sendable.
        var multi: UInt = 0
    }

    let request: TransportRequest
    private let state = Mutex(State())

    init(_ request: TransportRequest) { self.request = request }

    /// Ends the transfer soon; its reader gets the error `cancelled` unless all has come already.
    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            Self.wake(state)
        }
    }

    /// curl_multi_wakeup may be called from any thread while the handle lives; the lock sees to that.
    private static func wake(_ state: borrowing State) {
        if let multi = UnsafeMutableRawPointer(bitPattern: state.multi) { curl_multi_wakeup(multi) }
    }
}

// MARK: - The reader's side

extension Transfer {
    private enum Step<Value: Sendable>: Sendable {
        case done(Value)
        case failed(HTTPTransportError)
        case wait
    }

    /// Waits for status and headers.
    func head() async throws(HTTPTransportError) -> TransportHead {
        try await wait { state in
            if let head = state.head { return .done(head) }
            switch state.outcome {
            case .failure(let error): return .failed(error)
            case .success: return .failed(HTTPTransportError(.interrupted, self.request.target, "no status line"))
            case nil: return .wait
            }
        }
    }

    /// Waits for the next piece of the body; nil when it is whole.
    func nextChunk() async throws(HTTPTransportError) -> [UInt8]? {
        try await wait { state in
            if state.nextChunk < state.chunks.count {
                let chunk = state.chunks[state.nextChunk]
                state.nextChunk += 1
                if state.nextChunk == state.chunks.count {
                    state.chunks.removeAll(keepingCapacity: true)
                    state.nextChunk = 0
                }
                state.bufferedBytes -= chunk.count
                if state.isPaused { Self.wake(state) }
                return .done(chunk)
            }
            switch state.outcome {
            case .failure(let error): return .failed(error)
            case .success: return .done(nil)
            case nil: return .wait
            }
        }
    }

    private func wait<Value: Sendable>(
        for step: @Sendable (inout State) -> Step<Value>
    ) async throws(HTTPTransportError) -> Value {
        while true {
            switch state.withLock({ step(&$0) }) {
            case .done(let value): return value
            case .failed(let error): throw error
            case .wait: await waitForNews(step)
            }
        }
    }

    /// Returns when the thread has something new. A cancelled task cancels the transfer, whose end is news as well.
    private func waitForNews<Value: Sendable>(_ step: @Sendable (inout State) -> Step<Value>) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isNewsThere = state.withLock { state in
                    precondition(state.reader == nil, "a body has one reader at a time")
                    // Between the look before and this lock the thread may have come and gone.
                    if state.nextChunk < state.chunks.count || state.outcome != nil { return true }
                    if state.head != nil, Value.self == TransportHead.self { return true }
                    state.reader = continuation
                    return false
                }
                if isNewsThere { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }
}

// MARK: - The thread's side

extension Transfer {
    /// Lets readers wake the thread from now on; nil before the handle is freed.
    func attach(multi: UnsafeMutableRawPointer?) {
        state.withLock { $0.multi = UInt(bitPattern: multi) }
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func deliver(_ head: TransportHead) {
        resumeReader { state in
            state.head = head
        }
    }

    /// False if the reader is behind: the same bytes are to be offered again once ``takeResumption()`` says so.
    func deliver(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var isTaken = false
        resumeReader { state in
            isTaken = state.bufferedBytes < Self.bufferLimit
            guard isTaken else {
                state.isPaused = true
                return
            }
            state.chunks.append([UInt8](bytes))
            state.bufferedBytes += bytes.count
        }
        return isTaken
    }

    func finish(_ outcome: Result<Void, HTTPTransportError>) {
        resumeReader { state in
            state.outcome = outcome
        }
    }

    var isPaused: Bool { state.withLock { $0.isPaused } }

    /// Whether a paused transfer may go on; it counts as going on then.
    func takeResumption() -> Bool {
        state.withLock { state in
            guard state.isPaused, state.bufferedBytes < Self.bufferLimit / 2 else { return false }
            state.isPaused = false
            return true
        }
    }

    private func resumeReader(_ change: (inout State) -> Void) {
        let reader = state.withLock { state in
            change(&state)
            let reader = state.reader
            state.reader = nil
            return reader
        }
        reader?.resume()
    }
}
