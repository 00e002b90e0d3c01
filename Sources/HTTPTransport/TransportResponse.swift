/// Status and headers of an answer.
public struct TransportHead: Sendable {
    /// As in RFC 9110, from 200 to 599; redirects are not followed.
    public var status: Int
    /// In the order of the answer, names as the server wrote them.
    public var headers: [(name: String, value: String)]

    /// The first value of a header; upper and lower case of its name are the same.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// A whole answer. Any status is an answer, not an error.
public struct TransportResponse: Sendable {
    public var head: TransportHead
    public var body: [UInt8]

    public var status: Int { head.status }

    public func header(_ name: String) -> String? { head.header(name) }

    /// The body as text; what is not UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: body, as: UTF8.self) }
}

/// An answer whose body comes while it is read.
public struct TransportStream: Sendable {
    public var head: TransportHead
    public var body: TransportBody

    public var status: Int { head.status }
}

/// The bytes of an answer, in the pieces in which they come.
///
/// A reader that is slower than the server holds it up: at most 256 KiB wait in memory. The connection is closed when
/// the task that reads is cancelled, or when the last copy of this value is gone. It can be read once.
public struct TransportBody: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = HTTPTransportError

    private let lease: TransferLease

    init(_ transfer: Transfer) {
        lease = TransferLease(transfer)
    }

    public func makeAsyncIterator() -> Iterator { Iterator(lease: lease) }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let lease: TransferLease

        public mutating func next() async throws(HTTPTransportError) -> [UInt8]? {
            try await lease.transfer.nextChunk()
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPTransportError) -> [UInt8]? {
            try await lease.transfer.nextChunk()
        }
    }
}

/// Ends a transfer that nobody reads any more.
private final class TransferLease: Sendable {
    let transfer: Transfer

    init(_ transfer: Transfer) { self.transfer = transfer }

    deinit { transfer.cancel() }
}
