import Plan
import Testing

@testable import Web

@Suite struct LogEndpointsTests {
    private static let text = RunningSite.line("one") + RunningSite.line("two") + RunningSite.line("three")

    @Test("a log is served as it is")
    func whole() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(Self.text)
            let answer = try await site.client.get("/api/v1/jobs/\(job.id)/log")
            #expect(answer.status == 200)
            #expect(answer.text == Self.text)
            #expect(answer.headers["accept-ranges"] == "bytes")
            #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
        }
    }

    @Test(
        "a range is answered with that part",
        arguments: [
            ("bytes=0-3", 0, 4), ("bytes=35-", 35, -1), ("bytes=-6", -6, -1), ("bytes=0-9999999", 0, -1),
        ])
    func ranges(header: String, from: Int, to: Int) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(Self.text)
            let bytes = Array(Self.text.utf8)
            let start = from < 0 ? bytes.count + from : from
            let end = to < 0 ? bytes.count : to
            let answer = try await site.client.get("/api/v1/jobs/\(job.id)/log", ["Range": header])
            #expect(answer.status == 206)
            #expect(answer.body == Array(bytes[start..<end]))
            #expect(answer.headers["content-range"] == "bytes \(start)-\(end - 1)/\(bytes.count)")
        }
    }

    @Test("a range past the end is 416 and says how long the log is")
    func pastTheEnd() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(Self.text)
            let answer = try await site.client.get("/api/v1/jobs/\(job.id)/log", ["Range": "bytes=5000-"])
            #expect(answer.status == 416)
            #expect(answer.headers["content-range"] == "bytes */\(Self.text.utf8.count)")
        }
    }

    @Test("a job without a log has an empty one")
    func empty() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (_, jobs) = try await site.run(jobs: [RunningSite.job()])
            let answer = try await site.client.get("/api/v1/jobs/\(jobs[0].id)/log")
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
    }

    @Test("a log larger than any buffer arrives whole")
    func large() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let text = (0..<60_000).map { RunningSite.line("line \($0) with some more words in it") }.joined()
            let job = try await site.logged(text)
            #expect(try await site.client.get("/api/v1/jobs/\(job.id)/log").text == text)
            let events = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream").all()
            #expect(events.dropLast().map(\.data).joined(separator: "\n") + "\n" == text)
            #expect(events.last == EventReader.Event(name: "end", id: "\(text.utf8.count)", data: "\(text.utf8.count)"))
            #expect(events.allSatisfy { $0.data.utf8.count <= 70_000 })
        }
    }

    @Test("search finds lines whatever their case, past colours, and not in the time stamps")
    func search() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(
                RunningSite.line("Nothing") + RunningSite.line("\u{1B}[31mFail\u{1B}[0med: Disk")
                    + RunningSite.line("failed again"))
            let json = try await site.client.get("/api/v1/jobs/\(job.id)/log/search?q=FAILED").json()
            #expect(json["matches"]?.elements.map { $0["line"] } == [.number(2), .number(3)])
            #expect(json["matches"]?[0]?["text"] == .string("Failed: Disk"))
            #expect(json["matches"]?[0]?["offset"] == .number(37))
            #expect(json["truncated"] == .boolean(false))
            let times = try await site.client.get("/api/v1/jobs/\(job.id)/log/search?q=2026").json()
            #expect(times["matches"]?.elements.isEmpty == true)
            #expect(try await site.client.get("/api/v1/jobs/\(job.id)/log/search?q=").status == 400)
        }
    }

    @Test("search stops at its limit and says so")
    func searchLimit() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged((0..<1500).map { RunningSite.line("hit \($0)") }.joined())
            let json = try await site.client.get("/api/v1/jobs/\(job.id)/log/search?q=hit").json()
            #expect(json["matches"]?.elements.count == 1000)
            #expect(json["truncated"] == .boolean(true))
        }
    }

    @Test(
        "one range of bytes is understood, anything else means the whole",
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-0", .part(from: 0, to: 1)), ("bytes=99-", .part(from: 99, to: 100)),
            ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=-500", .part(from: 0, to: 100)),
            ("bytes=5-2", .whole), ("bytes=0-1,4-5", .whole), ("items=0-1", .whole), ("bytes=a-b", .whole), ("bytes=-", .whole),
            ("bytes=99999999999999999999-", .unsatisfiable),
        ])
    func byteRanges(header: String?, expected: ByteRange) {
        #expect(ByteRange(header: header, size: 100) == expected)
    }
}
