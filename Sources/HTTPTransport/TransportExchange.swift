#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// One request that is sent, and its answer read, on the calling thread, which blocks meanwhile.
///
/// For callers that are threads or processes of their own, and have to look at more than the connection: every wait ends at a
/// moment, or as soon as a descriptor is readable, and the answer can be read on after it. The connection is closed
/// with the last reference. Proxies, redirects and deadlines are as with ``TransportClient``.
public final class TransportExchange: TransferReceiver {
    /// What a wait for the answer ended with.
    public enum News: Equatable {
        case bytes([UInt8])
        /// The answer is whole.
        case end
        /// The descriptor is readable. The answer goes on.
        case interrupted
        /// The moment has come. The answer goes on.
        case momentPassed
    }

    private var curl: CurlTransfer?
    private var head: TransportHead?
    private var chunks: [[UInt8]] = []
    private var nextChunk = 0
    private var outcome: Result<Void, HTTPTransportError>?
    private let target: String

    /// Nothing is sent yet.
    ///
    /// - Parameter upload: the body, in place of the request's.
    public init(_ request: TransportRequest, uploading upload: (any TransportUpload)? = nil) throws(HTTPTransportError) {
        target = request.target
        curl = try CurlTransfer(request, receiver: self, upload: upload)
    }

    /// Sends the request and waits for status and headers.
    ///
    /// - Returns: nil where the wait was ended by the descriptor or the moment; it may be gone on with.
    public func head(
        until moment: ContinuousClock.Instant? = nil, interruption: Int32? = nil
    ) throws(HTTPTransportError) -> TransportHead? {
        while head == nil {
            if let outcome {
                try outcome.get()
                throw HTTPTransportError(.interrupted, target, "no status line")
            }
            if try advance(until: moment, interruption: interruption) != nil { return nil }
        }
        return head
    }

    /// Waits for the next piece of the body. A server that never pauses does not hold an interruption up.
    public func next(
        until moment: ContinuousClock.Instant? = nil, interruption: Int32? = nil
    ) throws(HTTPTransportError) -> News {
        while true {
            if let chunk = takeChunk() { return .bytes(chunk) }
            if let outcome {
                try outcome.get()
                return .end
            }
            if let reason = try advance(until: moment, interruption: interruption) { return reason }
        }
    }

    private func takeChunk() -> [UInt8]? {
        guard nextChunk < chunks.count else { return nil }
        defer {
            nextChunk += 1
            if nextChunk == chunks.count {
                chunks.removeAll(keepingCapacity: true)
                nextChunk = 0
            }
        }
        return chunks[nextChunk]
    }

    /// Does what can be done at once; where that brings nothing, waits once.
    ///
    /// - Returns: why the caller should not wait any more; nil where it should look for itself.
    private func advance(until moment: ContinuousClock.Instant?, interruption: Int32?) throws(HTTPTransportError) -> News? {
        guard let curl else { return nil }
        if let interruption, Self.isReadable(interruption) { return .interrupted }
        if let moment, curl.clock.now >= moment { return .momentPassed }
        let hadHead = head != nil
        outcome = try curl.perform()
        if outcome != nil || nextChunk < chunks.count || (head != nil) != hadHead { return nil }
        var wait = try curl.timeToWait(isPaused: false)
        if let moment { wait = min(wait, moment - curl.clock.now) }
        curl.wait(milliseconds: Int32(clamping: max(.zero, wait).milliseconds + 1), descriptor: interruption)
        return nil
    }

    func deliver(_ head: TransportHead) { self.head = head }

    /// All of one round of libcurl is taken, which is bounded by what the kernel's buffer holds.
    func deliver(_ bytes: UnsafeRawBufferPointer) -> Bool {
        chunks.append([UInt8](bytes))
        return true
    }
}

extension TransportExchange {
    private static func isReadable(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}
