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
        try await RunningSite.with(Self.impatient) { (site: RunningSite) async throws in
            let job = try await site.logged("one\n", isLive: true)
            let stream = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream")
            #expect(try await stream.next()?.data == "one")
            try await Task.sleep(for: .seconds(6))
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

    @Test("what all bodies together may take is bounded: who comes too many is told to come again")
    func bodies() async throws {
        try await RunningSite.with(WebConfiguration(webhookBodyLimit: 1 << 20, bodyLimit: 1 << 20)) {
            (site: RunningSite) async throws in
            let head = "POST /hooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(1 << 20)\r\n\r\n"
            var waiting: [HTTPConnection] = []
            for _ in 0..<4 {
                let connection = try await HTTPConnection.to(site.client.address)
                try await connection.write(Array(head.utf8))
                waiting.append(connection)
            }
            var answer = try await site.client.send("POST", "/hooks/github", [:], Array("{}".utf8))
            // The four may not have been read that far.
            while answer.status != 503 { answer = try await site.client.send("POST", "/hooks/github", [:], Array("{}".utf8)) }
            #expect(answer.headers["retry-after"] == "10")
            waiting = []
            while answer.status == 503 { answer = try await site.client.send("POST", "/hooks/github", [:], Array("{}".utf8)) }
            #expect(answer.status == 202)
        }
    }
}
