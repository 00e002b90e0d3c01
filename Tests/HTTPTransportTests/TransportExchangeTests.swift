import Glibc
import HTTPTransport
import Testing

@Suite("Transport exchange", .timeLimit(.minutes(10)))
struct TransportExchangeTests {
    /// The whole body.
    private func body(of exchange: TransportExchange) throws -> [UInt8] {
        var body: [UInt8] = []
        while case .bytes(let bytes) = try exchange.next() { body += bytes }
        return body
    }

    @Test("an answer is read to its end on the calling thread")
    func reads() throws {
        let server = try PythonServer(.unixSocket)
        let exchange = try TransportExchange(TransportRequest("GET", "/bytes/300000", at: server.endpoint))
        #expect(try exchange.head()?.status == 200)
        let body = try body(of: exchange)
        #expect(body.count == 300_000)
        #expect(body[65536 + 5] == 6)
        #expect(try exchange.next() == .end)
    }

    @Test("a body that is made while it is sent arrives in chunks")
    func uploads() throws {
        let server = try PythonServer(.unixSocket)
        let upload = CountedUpload(byteCount: 1_000_000)
        let exchange = try TransportExchange(
            TransportRequest("POST", "/chunked", at: server.endpoint, headers: [("Content-Type", "application/x-tar")]),
            uploading: upload)
        #expect(try exchange.head()?.status == 200)
        #expect(String(decoding: try body(of: exchange), as: UTF8.self) == "POST application/x-tar 1000000")
    }

    @Test("an upload that can't be made breaks the request off")
    func brokenUpload() throws {
        let server = try PythonServer(.unixSocket)
        let upload = CountedUpload(byteCount: 1_000_000)
        upload.failsAfter = 100_000
        let exchange = try TransportExchange(TransportRequest("POST", "/chunked", at: server.endpoint), uploading: upload)
        #expect(throws: HTTPTransportError.self) { _ = try exchange.head() }
    }

    @Test("a readable descriptor ends the wait, and the answer can be read on")
    func interruption() throws {
        let server = try PythonServer()
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var request = TransportRequest("GET", "/events", at: server.endpoint)
        request.deadlines = .stream
        let exchange = try TransportExchange(request)
        #expect(try exchange.head(interruption: ends[0])?.status == 200)
        #expect(try exchange.next(interruption: ends[0]) == .bytes(Array("data: first\n\n".utf8)))
        #expect(write(ends[1], "x", 1) == 1)
        #expect(try exchange.next(interruption: ends[0]) == .interrupted)
        #expect(try exchange.next(until: .now + .milliseconds(20)) == .momentPassed)
    }

    @Test("a wait for the head ends at its moment")
    func moment() throws {
        let server = try PythonServer()
        let exchange = try TransportExchange(TransportRequest("GET", "/silent", at: server.endpoint))
        #expect(try exchange.head(until: .now + .milliseconds(20)) == nil)
    }

    @Test("a server that is not there is an error")
    func unreachable() throws {
        let endpoint = TransportEndpoint.unixSocket(path: "/tmp/there-is-no-such-socket")
        let exchange = try TransportExchange(TransportRequest("GET", "/", at: endpoint))
        #expect(throws: HTTPTransportError.self) { _ = try exchange.head() }
    }
}

/// Zeros.
private final class CountedUpload: TransportUpload {
    private var rest: Int
    var failsAfter: Int?
    private var sent = 0

    init(byteCount: Int) { rest = byteCount }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        if let failsAfter, sent >= failsAfter { return nil }
        let count = min(rest, buffer.count)
        buffer.prefix(count).initializeMemory(as: UInt8.self, repeating: 0)
        rest -= count
        sent += count
        return count
    }
}
