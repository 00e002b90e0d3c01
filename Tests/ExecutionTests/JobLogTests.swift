import Testing

@testable import Execution

struct JobLogTests {
    private static func append(_ text: String, to log: JobLog) {
        Array(text.utf8).withUnsafeBytes { log.append($0) }
    }

    /// The lines of the log without their times.
    private static func lines(_ folder: TestFolder) throws -> [String] {
        try folder.text(of: "log").split(separator: "\n").map { String($0.drop { $0 != " " }.dropFirst()) }
    }

    @Test("secrets are masked before they are written, also where they come in pieces")
    func masking() throws {
        let folder = try TestFolder()
        let log = try JobLog(path: "\(folder.path)/log", secrets: ["hunter2"], limit: 1 << 20)
        for piece in ["my hun", "ter", "2 is", " safe\nhunter2\n"] { Self.append(piece, to: log) }
        log.write("told by Slipway: hunter2")
        log.addMask("learned")
        Self.append("and learned hunter2", to: log)
        log.endOutput()
        #expect(try Self.lines(folder) == ["my *** is safe", "***", "told by Slipway: ***", "and *** ***"])
        #expect(log.size == Int64(try folder.text(of: "log").utf8.count))
        #expect(log.masks("a hunter2 b") && !log.masks("hunter"))
    }

    @Test("a line is in the file as soon as it is complete")
    func immediacy() throws {
        let folder = try TestFolder()
        let log = try JobLog(path: "\(folder.path)/log", secrets: [], limit: 1 << 20)
        Self.append("first\nsec", to: log)
        #expect(try Self.lines(folder) == ["first"])
        Self.append("ond\n", to: log)
        #expect(try Self.lines(folder) == ["first", "second"])
    }

    @Test("an excerpt has the first and the last bytes of what the step wrote, and nothing of the steps before")
    func excerpt() throws {
        let folder = try TestFolder()
        let log = try JobLog(path: "\(folder.path)/log", secrets: [], limit: 1 << 30)
        #expect(log.excerpt().parts.isEmpty)
        log.write("of another step")
        log.beginStep()
        let start = Int(log.size)
        log.write("short")
        let whole = Array(try folder.text(of: "log").utf8)
        #expect(log.excerpt().parts == [.init(offset: 0, bytes: Array(whole[start...]))])
        let from = log.position
        log.write("of a part")
        #expect(log.excerpt(of: from..<log.position).parts.map(\.offset) == [from])
        #expect(log.excerpt(of: from..<from).parts.isEmpty)
        let line = String(repeating: "x", count: 1000)
        for _ in 1...600 { log.write(line) }
        let all = Array(try folder.text(of: "log").utf8.dropFirst(start))
        let parts = log.excerpt().parts
        #expect(parts.count == 2)
        #expect(parts[0].offset == 0 && parts[0].bytes == Array(all.prefix(Int(LogExcerpt.headLimit))))
        #expect(parts[1].bytes == Array(all.suffix(Int(LogExcerpt.tailLimit))))
        #expect(parts[1].offset == Int64(all.count) - LogExcerpt.tailLimit)
    }

    @Test("over its limit the log is cut once, and what Slipway says goes on")
    func limit() throws {
        let folder = try TestFolder()
        let log = try JobLog(path: "\(folder.path)/log", secrets: [], limit: 100)
        for number in 1...50 { Self.append("line \(number)\n", to: log) }
        log.write("the end")
        let lines = try Self.lines(folder)
        #expect(lines.first == "line 1")
        #expect(lines.count { $0.contains("cut here") } == 1)
        #expect(lines.last == "the end")
        #expect(!lines.contains("line 50"))
    }

    @Test("a full disk is told at the next flush, and nothing is thrown before")
    func fullDisk() throws {
        let log = try JobLog(path: "/dev/full", secrets: [], limit: 1 << 20)
        log.write("lost")
        let error = #expect(throws: ExecutionError.self) { try log.flush() }
        #expect(error?.message.contains("No space left") == true)
        #expect(log.size == 0)
    }

    @Test("summaries are masked and each ends its line")
    func summaries() throws {
        let folder = try TestFolder()
        let log = try JobLog(path: "\(folder.path)/log", secrets: ["hunter2"], limit: 1 << 20)
        try log.appendSummary("# hunter2", to: "\(folder.path)/summary.md")
        try log.appendSummary("second\n", to: "\(folder.path)/summary.md")
        #expect(try folder.text(of: "summary.md") == "# ***\nsecond\n")
    }
}
