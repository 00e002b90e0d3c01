import NIOCore
import Plan
import Testing

@testable import Web

@Suite struct LogIndexTests {
    @Test("lines are counted the same whatever the portions they come in", arguments: [1, 7, 30, 64, 1000])
    func portions(size: Int) {
        let text = Array(Self.grouped.utf8)
        var scanner = LineScanner()
        for start in stride(from: 0, to: text.count, by: size) {
            text[start..<min(start + size, text.count)].withUnsafeBytes { scanner.scan($0) }
        }
        #expect(scanner.line == 6)
        #expect(scanner.group == 5)
    }

    private static let grouped =
        RunningSite.line("##[group]One") + RunningSite.line("a") + RunningSite.line("##[endgroup]") + RunningSite.line("b")
        + RunningSite.line("##[group]Two")

    @Test("a block that begins inside a line takes nothing in it for a command")
    func insideLine() {
        var scanner = LineScanner(at: LineIndex.Mark(line: 4, group: 0, startsLine: false))
        let rest = String(repeating: "x", count: 29) + "##[group]no\n"
        Array(rest.utf8).withUnsafeBytes { scanner.scan($0) }
        #expect(scanner.group == 0)
        #expect(scanner.line == 5)
    }

    @Test("a line is found by its number and a number by its offset, across blocks")
    func finding() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let lines = (1...9000).map { RunningSite.line("line number \($0)") }
            let job = try await site.logged(lines.joined())
            let feed = LogFeed(path: "\(site.folder)/log-\(job.id)", key: 1)
            var offset = 0
            for (index, line) in lines.enumerated() {
                if index % 997 == 0 {
                    #expect(try await feed.offset(ofLine: index + 1) == Int64(offset))
                    #expect(try await feed.lineNumber(at: Int64(offset)) == index + 1)
                }
                offset += line.utf8.count
            }
            #expect(try await feed.offset(ofLine: 9001) == nil)
            let layout = try await feed.layout()
            #expect(layout.size == Int64(offset))
            #expect(layout.lines.count == offset / LineIndex.blockSize + 1)
        }
    }

    @Test("colours that were on stay on in the next line, and plain lines are escaped")
    func colours() {
        var renderer = LogLineRenderer(from: 0, at: LineIndex.Mark(line: 1, group: 0))
        let text = RunningSite.line("a < b") + RunningSite.line("\u{1B}[31mred") + RunningSite.line("still red")
        Array(text.utf8).withUnsafeBytes { renderer.render($0) }
        let html = String(decoding: renderer.take(), as: UTF8.self)
        #expect(html.contains("<span>a &lt; b</span>"))
        #expect(html.contains("<span class=\"ansi-fg-1\">still red</span>"))
        #expect(html.contains("<i>03:04:05.123</i>"))
    }

    @Test("an event has one data line per line, and a carriage return does not end it early")
    func events() {
        let event = ServerSentEvent.encode(name: "lines", id: 9, data: "a\nb\rc\n")
        #expect(String(buffer: event) == "event: lines\nid: 9\ndata: a\ndata: b\ndata: c\n\n")
        #expect(String(buffer: ServerSentEvent.encode(data: "")) == "data: \n\n")
        #expect(String(buffer: ServerSentEvent.encode(data: "\n\n")) == "data: \ndata: \n\n")
    }
}
