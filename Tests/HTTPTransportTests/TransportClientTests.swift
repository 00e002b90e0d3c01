import HTTPTransport
import Testing

@Suite("Transport client", .timeLimit(.minutes(10)))
struct TransportClientTests {
    private let client = TransportClient()

    private func reason(_ request: TransportRequest) async -> HTTPTransportError.Reason? {
        do throws(HTTPTransportError) {
            _ = try await client.send(request)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(
        "a request arrives as it was made, over TCP and over a Unix socket", arguments: [PythonServer.Address.tcp, .unixSocket])
    func arrives(address: PythonServer.Address) async throws {
        let server = try PythonServer(address)
        let request = TransportRequest(
            "POST", "/echo?a=%20b", at: server.endpoint,
            headers: [("X-One", "1"), ("X-Empty", ""), ("Content-Type", "application/json")], body: Array("{\"a\":1}".utf8))
        let response = try await client.send(request)
        #expect(response.status == 200)
        #expect(response.header("content-length") == "\(response.body.count)")
        let lines = response.text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        #expect(lines[0] == "POST")
        #expect(lines[1] == "/echo?a=%20b")
        #expect(lines.contains("X-One: 1"))
        #expect(lines.contains("X-Empty: "))
        #expect(lines.contains("Content-Type: application/json"))
        #expect(lines.last == "{\"a\":1}")
    }

    @Test("an empty body is sent with its length", arguments: ["POST", "PUT", "DELETE"])
    func emptyBody(method: String) async throws {
        let server = try PythonServer()
        let response = try await client.send(TransportRequest(method, "/echo", at: server.endpoint, body: []))
        #expect(response.text.hasPrefix(method + "\n"))
        #expect(response.text.contains("Content-Length: 0"))
    }

    @Test("every status is an answer", arguments: [200, 302, 404, 500])
    func status(code: Int) async throws {
        let server = try PythonServer()
        let response = try await client.send(TransportRequest("GET", "/status/\(code)", at: server.endpoint))
        #expect(response.status == code)
        #expect(response.text == "no")
    }

    @Test("HEAD has headers and no body")
    func headOnly() async throws {
        let server = try PythonServer()
        let response = try await client.send(TransportRequest("HEAD", "/status/200", at: server.endpoint))
        #expect(response.header("Content-Length") == "2")
        #expect(response.body.isEmpty)
    }

    @Test("a large body comes whole, also to a reader that is slow to start")
    func large() async throws {
        let server = try PythonServer()
        let count = 8 * 1024 * 1024 + 7
        let stream = try await client.stream(TransportRequest("GET", "/bytes/\(count)", at: server.endpoint, deadlines: .stream))
        var total = 0
        var isExact = true
        for try await chunk in stream.body {
            for byte in chunk {
                isExact = isExact && Int(byte) == (total / 65536 + total % 65536) % 251
                total += 1
            }
            if total < 65536 * 2 { await Task.yield() }
        }
        #expect(total == count)
        #expect(isExact)
    }

    @Test("an event is there before the stream ends, and a reader that leaves closes the connection")
    func events() async throws {
        let server = try PythonServer(.unixSocket)
        try await readFirstEvent(of: server)
        let left = try await client.send(TransportRequest("GET", "/left", at: server.endpoint))
        #expect(left.text == "left")
    }

    private func readFirstEvent(of server: PythonServer) async throws {
        let stream = try await client.stream(
            TransportRequest("GET", "/events", at: server.endpoint, deadlines: .stream))
        #expect(stream.head.header("Content-Type") == "text/event-stream")
        var iterator = stream.body.makeAsyncIterator()
        let first = try await iterator.next()
        #expect(first.map { String(decoding: $0, as: UTF8.self) } == "data: first\n\n")
    }

    @Test("cancelling the task ends a request that would wait for ever")
    func cancelled() async throws {
        let server = try PythonServer()
        let request = TransportRequest("GET", "/silent", at: server.endpoint, deadlines: .stream)
        let reason = await withTaskGroup(of: HTTPTransportError.Reason?.self) { group in
            group.addTask { await self.reason(request) }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(reason == .cancelled)
    }

    @Test("deadlines end what takes too long")
    func deadlines() async throws {
        let server = try PythonServer()
        let idle = TransportDeadlines(total: nil, idle: .milliseconds(50))
        #expect(await reason(.init("GET", "/silent", at: server.endpoint, deadlines: idle)) == .idleDeadline)
        let total = TransportDeadlines(total: .milliseconds(50), idle: nil)
        #expect(await reason(.init("GET", "/events", at: server.endpoint, deadlines: total)) == .totalDeadline)
    }

    @Test("failures are told apart")
    func failures() async throws {
        let server = try PythonServer()
        #expect(await reason(.init("GET", "/cut", at: server.endpoint)) == .interrupted)
        #expect(await reason(.init("GET", "/bytes/2000", at: server.endpoint, longestBody: 1999)) == .tooLarge)
        #expect(await reason(.init("GET", "/", at: .unixSocket(path: "/nonexistent/socket"))) == .unreachable)
        #expect(await reason(.init("GET", "/", at: .server(url: "http://127.0.0.1:1"))) == .unreachable)
        #expect(await reason(.init("GET", "/", at: .server(url: "http://nowhere.invalid"))) == .unknownHost)
    }

    @Test("what could change the request's meaning is refused")
    func refused() async throws {
        let endpoint = TransportEndpoint.server(url: "http://127.0.0.1:1")
        #expect(await reason(.init("GET", "no-slash", at: endpoint)) == .invalidRequest)
        #expect(await reason(.init("GET", "/a b", at: endpoint)) == .invalidRequest)
        #expect(await reason(.init("GET X", "/", at: endpoint)) == .invalidRequest)
        #expect(await reason(.init("GET", "/", at: endpoint, headers: [("A", "b\r\nC: d")])) == .invalidRequest)
        #expect(await reason(.init("GET", "/", at: .server(url: "file:///etc/passwd"))) == .invalidRequest)
    }

    @Test("an error names the target without its query")
    func description() async throws {
        let request = TransportRequest("GET", "/x?token=abc", at: .unixSocket(path: "/nonexistent/socket"))
        let error = await #expect(throws: HTTPTransportError.self) { try await client.send(request) }
        #expect(error?.description.contains("GET /x at /nonexistent/socket") == true)
        #expect(error?.description.contains("token") == false)
    }

    @Test("many requests at once each get their own answer")
    func parallel() async throws {
        let server = try PythonServer(.unixSocket)
        let texts = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<40 {
                group.addTask {
                    let request = TransportRequest("POST", "/echo", at: server.endpoint, body: Array("body \(number)".utf8))
                    return (number, try await self.client.send(request).text)
                }
            }
            return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        #expect(texts.count == 40)
        for (number, text) in texts { #expect(text.hasSuffix("\nbody \(number)")) }
    }
}
