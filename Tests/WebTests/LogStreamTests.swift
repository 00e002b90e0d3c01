import Plan
import Synchronization
import Testing

@testable import Web

@Suite struct LogStreamTests {
    @Test("each event's id is the offset behind its last byte, and the end comes after the last byte")
    func completedLog() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let text = RunningSite.line("one") + RunningSite.line("two")
            let job = try await site.logged(text)
            let reader = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream")
            let events = try await reader.all()
            #expect(await reader.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(events.count == 2)
            #expect(events[0].data + "\n" == text)
            #expect(events[0].id == String(text.utf8.count))
            #expect(events[1].name == "end")
        }
    }

    @Test("lines arrive as they are written, and the end when the job is over")
    func liveLog() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged("", isLive: true)
            let reader = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream")
            var size = 0
            for number in 1...20 {
                let line = RunningSite.line("line \(number)")
                try site.append(line, to: job)
                size += line.utf8.count
                let event = try await reader.next()
                #expect(event?.data == String(line.dropLast()))
                #expect(event?.id == String(size))
            }
            try site.append(RunningSite.line("last"), to: job, isLive: false)
            #expect(try await reader.next()?.data.hasSuffix("last") == true)
            #expect(try await reader.next()?.name == "end")
            #expect(try await reader.next() == nil)
        }
    }

    @Test("whoever comes back with the last id gets the rest, nothing lost and nothing twice")
    func resume() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(RunningSite.line("0"), isLive: true)
            var seen: [String] = []
            var last = "0"
            for number in 1...15 {
                // A connection that breaks after every event.
                let reader = try await site.client.events(
                    "/api/v1/jobs/\(job.id)/log/stream", ["Last-Event-ID": last])
                try site.append(RunningSite.line(String(number)), to: job, isLive: number < 15)
                let event = try #require(try await reader.next())
                last = try #require(event.id)
                seen += event.data.split(separator: "\n").map { String($0.dropFirst(29)) }
            }
            let rest = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream", ["Last-Event-ID": last]).all()
            for event in rest where event.name == "message" {
                seen += event.data.split(separator: "\n").map { String($0.dropFirst(29)) }
            }
            #expect(seen == (0...15).map(String.init))
            #expect(rest.last?.name == "end")
        }
    }

    @Test("a line that is not complete waits for its end while the job runs, and is sent when it is over")
    func incompleteLine() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(RunningSite.line("whole") + "2026-01-02T03:04:05.1234567Z cut", isLive: true)
            let reader = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream")
            #expect(try await reader.next()?.data.hasSuffix("whole") == true)
            site.operations.grew(job.id, isLive: false)
            #expect(try await reader.next()?.data.hasSuffix("cut") == true)
            #expect(try await reader.next()?.name == "end")
        }
    }

    @Test("a line longer than an event arrives whole, and one longer than any is sent in pieces", arguments: [60_000, 200_000])
    func longLines(length: Int) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let text =
                RunningSite.line("short") + RunningSite.line(String(repeating: "x", count: length)) + RunningSite.line("end")
            let job = try await site.logged(text)
            let events = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream").all()
            let joined = events.dropLast().map { $0.data + ($0.name == "part" ? "" : "\n") }.joined()
            #expect(joined == text)
            #expect(events.contains { $0.name == "part" } == (length > 65_536))
        }
    }

    @Test("a thousand askers put few questions, and none gets an answer from before it asked")
    func sharedQuestions() async throws {
        let check = LiveCheck()
        let asked = Count()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    await check.isLive {
                        asked.value.add(1, ordering: .relaxed)
                        await Task.yield()
                        return true
                    }
                }
            }
            for await answer in group { #expect(answer) }
        }
        #expect((1...1000).contains(asked.value.load(ordering: .relaxed)))
        #expect(await check.isLive { false } == false)
    }

    @Test("many viewers of one log all get every byte")
    func manyViewers() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged("", isLive: true)
            let text = (0..<3000).map { RunningSite.line("line \($0)") }.joined()
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<25 {
                    group.addTask {
                        let events = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream").all()
                        return events.dropLast().map { $0.data + "\n" }.joined()
                    }
                }
                try site.append(String(text.prefix(50_000)), to: job)
                try site.append(String(text.dropFirst(50_000)), to: job, isLive: false)
                for try await got in group { #expect(got == text) }
            }
        }
    }

    @Test("a job that ends without a log ends its stream")
    func noLog() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (_, jobs) = try await site.run(jobs: [RunningSite.job(conclusion: .skipped)])
            let events = try await site.client.events("/api/v1/jobs/\(jobs[0].id)/log/stream").all()
            #expect(events.map(\.name) == ["end"])
        }
    }

    @Test("the stream of the page has lines rendered, with numbers, offsets and groups")
    func renderedLines() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(
                RunningSite.line("##[group]Set <up>") + RunningSite.line("inside") + RunningSite.line("##[endgroup]")
                    + RunningSite.line("##[error]broken & done"))
            let events = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream?format=html").all()
            let html = try #require(events.first).data
            #expect(events.first?.name == "lines")
            #expect(html.contains(##"id="L1" data-o="0"><a class="n" href="#L1">1</a>"##))
            #expect(html.contains("Set &lt;up&gt;"))
            #expect(html.contains(#"id="L2" data-o="47" data-g="1""#))
            #expect(html.contains(#"class="l l-error" id="L4""#))
            #expect(html.contains("broken &amp; done"))
        }
    }

    @Test("an offset that is none is refused", arguments: [("x", 400), ("-4", 400), ("5000", 416)])
    func wrongOffset(id: String, status: Int) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(RunningSite.line("one"))
            let answer = try await site.client.get("/api/v1/jobs/\(job.id)/log/stream", ["Last-Event-ID": id])
            #expect(answer.status == status)
        }
    }

    @Test("a stop of the server ends open streams")
    func shutdown() async throws {
        let (readers, handed) = AsyncStream.makeStream(of: EventReader.self)
        try await RunningSite.with { (site: RunningSite) async throws in
            let job = try await site.logged(RunningSite.line("one"), isLive: true)
            let reader = try await site.client.events("/api/v1/jobs/\(job.id)/log/stream")
            _ = try await reader.next()
            handed.yield(reader)
        }
        handed.finish()
        for await reader in readers { #expect(try await reader.next() == nil) }
    }
}

private final class Count: Sendable {
    let value = Atomic(0)
}
