import Foundation
import Plan
import Testing
import Web

/// Clients that take more than their share: of time, of headers, of memory.
@Suite(.timeLimit(.minutes(10))) struct ConnectionLimitTests {
    private static let impatient = WebConfiguration(webhookBodyLimit: 1 << 20, bodyLimit: 1 << 20, headTimeout: 5, bodyTimeout: 5)

    /// Sends a byte again and again until the server has had enough.
    private static func drip(_ head: String, to site: RunningSite) async throws -> Bool {
        let connection = try await HTTPConnection.to(site.client.address)
        try await connection.write(Array(head.utf8))
        let begun = ContinuousClock.now
        while ContinuousClock.now - begun < .seconds(60) {
            // A byte that arrives after the end is answered by a reset, which the next one meets.
            do { try await connection.write([UInt8(ascii: "a")]) } catch { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    @Test(
        "a client that sends its request byte by byte is sent away, whether in the head or in the body",
        arguments: [
            "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
            "POST /hooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n",
        ])
    func slow(head: String) async throws {
        try await RunningSite.with(Self.impatient) { (site: RunningSite) async throws in
            #expect(try await Self.drip(head, to: site))
        }
    }

    @Test("an answer may take longer than a request")
    func patient() async throws {
        // Long enough for a busy machine to take a request in.
        let configuration = WebConfiguration(webhookBodyLimit: 1 << 20, bodyLimit: 1 << 20, headTimeout: 15, bodyTimeout: 15)
        try await RunningSite.with(configuration) { (site: RunningSite) async throws in
            let job = try await site.logged("one\n", isLive: true)
            let stream = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream")
            #expect(try await stream.next()?.data == "one")
            // Nothing happens: what is tested is that the limits of a request pass without ending its answer.
            try await Task.sleep(for: .seconds(16))
            site.operations.grew(job.id, isLive: false)
            var last: String?
            while let event = try await stream.next() { last = event.name }
            #expect(last == "end")
        }
    }

    @Test("headers are bounded, in size and in number")
    func headers() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            for headers in [["X-Large": String(repeating: "x", count: 100_000)], Self.many] {
                let answer = try? await site.client.get("/health", headers)
                #expect(answer == nil || answer?.status == 400 || answer?.status == 431, "\(String(describing: answer?.status))")
            }
            #expect(try await site.client.get("/health", ["X-Fair": String(repeating: "x", count: 8000)]).status == 200)
        }
    }

    private static let many = Dictionary(uniqueKeysWithValues: (0..<500).map { ("X-\($0)", "x") })

    private static let bounded = WebConfiguration(
        trustedProxies: ["127.0.0.1", "::1"], webhookBodyLimit: 1 << 20, bodyLimit: 1 << 20)

    /// All of the largest body but its last byte, from an address that a proxy names.
    private static func stall(_ site: RunningSite, from sender: String) async throws -> HTTPConnection {
        let connection = try await HTTPConnection.to(site.client.address)
        let head =
            "POST /hooks/github HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: \(sender)\r\nContent-Length: \(1 << 20)\r\n\r\n"
        try await connection.write(Array(head.utf8) + [UInt8](repeating: 97, count: (1 << 20) - 1))
        return connection
    }

    private static func hook(_ site: RunningSite, from sender: String) async throws -> HTTPAnswer {
        try await site.client.send("POST", "/hooks/github", ["X-Forwarded-For": sender], [UInt8](repeating: 97, count: 100))
    }

    /// What a stall sent may not all have been read yet, nor all be given back that one held.
    private static func answer(_ site: RunningSite, from sender: String, becomes status: Int) async throws -> HTTPAnswer {
        var answer = try await hook(site, from: sender)
        while answer.status != status { answer = try await hook(site, from: sender) }
        return answer
    }

    @Test("who sends too much at once is told to come again, and refuses nobody else")
    func shares() async throws {
        try await RunningSite.with(Self.bounded) { (site: RunningSite) async throws in
            let stalled = try await Self.stall(site, from: "192.0.2.1")
            let answer = try await Self.answer(site, from: "192.0.2.1", becomes: 503)
            #expect(answer.headers["retry-after"] == "10")
            #expect(try await Self.hook(site, from: "192.0.2.2").status == 202)
            withExtendedLifetime(stalled) {}
        }
    }

    @Test("however many strangers come, a forge that has shown its secret before is heard, and so are users")
    func flood() async throws {
        try await RunningSite.with(Self.bounded) { (site: RunningSite) async throws in
            #expect(try await Self.hook(site, from: "198.51.100.1").status == 202)
            site.operations.change { $0.failure = OperationError(.unauthenticated, "The signature does not match.") }
            var stalled: [HTTPConnection] = []
            for number in 1...4 { stalled.append(try await Self.stall(site, from: "2001:db8:0:\(number)::1")) }
            _ = try await Self.answer(site, from: "192.0.2.9", becomes: 503)
            site.operations.change { $0.failure = nil }
            #expect(try await Self.hook(site, from: "198.51.100.1").status == 202)
            #expect(try await site.client.send("POST", "/api/v1/reload", [:], Array("{}".utf8)).status != 503)
            stalled = []
            _ = try await Self.answer(site, from: "192.0.2.9", becomes: 202)
        }
    }
}
