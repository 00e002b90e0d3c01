import LogText
import Testing

@Suite("Log line formatter")
struct LogLineFormatterTests {
    private static let time = LogTimestamp(seconds: 1_767_323_045, nanoseconds: 123_456_789)
    private static let stamp = "2026-01-02T03:04:05.1234567Z "

    private func lines(
        _ chunks: [[UInt8]], secrets: [String] = [], handler: LogLineFormatter.CommandHandler? = nil
    ) -> [String] {
        let formatter = LogLineFormatter(
            masker: SecretMasker(secrets: secrets), now: { Self.time }, commandHandler: handler)
        var output = LogBuffer()
        for chunk in chunks { formatter.append(chunk, into: &output) }
        formatter.finish(into: &output)
        let text = String(decoding: output.bytes, as: UTF8.self)
        #expect(text.isEmpty || text.utf8.last == 10)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count == formatter.lineCount)
        #expect(lines.allSatisfy { $0.hasPrefix(Self.stamp) })
        return lines.map { String($0.dropFirst(Self.stamp.count)) }
    }

    private func lines(
        _ text: String, secrets: [String] = [], handler: LogLineFormatter.CommandHandler? = nil
    ) -> [String] {
        lines([Array(text.utf8)], secrets: secrets, handler: handler)
    }

    @Test(
        "each line gets its time stamp, whatever its end",
        arguments: [
            ("one\ntwo\n", ["one", "two"]), ("one\r\ntwo", ["one", "two"]), ("\n\nend", ["", "", "end"]),
            ("10%\r20%\r30%\n", ["10%\r20%\r30%"]), ("", []), ("last\r", ["last"]),
        ])
    func ends(text: String, expected: [String]) {
        #expect(lines(text).map { $0.utf8.map { $0 } } == expected.map { $0.utf8.map { $0 } })
    }

    @Test("the lines do not depend on where chunks end", arguments: 1...17)
    func chunks(size: Int) {
        let text = Array("first\r\nthe p4ssword! is hidden\n\n::debug::x\nand p4ssw\nord! not\np4ssword!p4ssword!".utf8)
        let chunks = stride(from: 0, to: text.count, by: size).map { Array(text[$0..<min($0 + size, text.count)]) }
        let expected = ["first", "the *** is hidden", "", "::debug::x", "and p4ssw", "ord! not", "***"]
        #expect(lines(chunks, secrets: ["p4ssword!"], handler: { _, _ in .keep }) == expected)
    }

    @Test("a line that is too long is cut at the same places however it comes", arguments: [1000, 65_536, 70_001, 1 << 20])
    func longLines(size: Int) {
        let limit = LogLineFormatter.longestLine
        var text = Array(repeating: UInt8(ascii: "x"), count: 3 * limit + 100)
        for (place, secret) in [(limit - 4, "p4ssword!"), (2 * limit - 9, "p4ssword!"), (3 * limit, "p4ssword!")] {
            text.replaceSubrange(place..<(place + 9), with: Array(secret.utf8))
        }
        let whole = text + [10] + Array("short\n".utf8)
        let chunks = stride(from: 0, to: whole.count, by: size).map { Array(whole[$0..<min($0 + size, whole.count)]) }
        let result = lines(chunks, secrets: ["p4ssword!"])
        #expect(result.count == 5)
        #expect(result.last == "short")
        let expected = SecretMasker(secrets: ["p4ssword!"]).masked(String(decoding: text, as: UTF8.self))
        #expect(result.dropLast().joined() == expected)
        #expect(result[0].hasSuffix("x***"))
    }

    @Test("a line is never cut inside a character")
    func characters() {
        let text = "x" + String(repeating: "ü", count: 40_000) + "\n"
        let result = lines(text)
        #expect(result.count == 2)
        #expect(result.joined() + "\n" == text)
        #expect(!result.joined().contains("\u{FFFD}"))
    }

    @Test("a line of nothing but secrets leaks none, however long it is", arguments: [777, 65_536, 1 << 20])
    func onlySecrets(size: Int) {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 200_000)
        let chunks = stride(from: 0, to: text.count, by: size).map { Array(text[$0..<min($0 + size, text.count)]) }
        #expect(lines(chunks, secrets: ["aaaaaaaaaa"]).joined() == "***")
    }

    @Test("the handler sees raw commands and decides what is written")
    func commands() {
        var seen: [String] = []
        let text = "plain :: text\n::group::build\n  ##[error]p4ssword! wrong\n::add-mask::x\r\n:single\n# comment\n::last::"
        let result = lines(text, secrets: ["p4ssword!"]) { line, _ in
            seen.append(line)
            if line.hasPrefix("::group") { return .replace("##[group]build p4ssword!\nsecond") }
            return line.hasPrefix("::add-mask") ? .drop : .keep
        }
        #expect(seen == ["::group::build", "  ##[error]p4ssword! wrong", "::add-mask::x", "::last::"])
        #expect(
            result == [
                "plain :: text", "##[group]build ***", "second", "  ##[error]*** wrong", ":single", "# comment", "::last::",
            ])
    }

    @Test("a secret that a command names is hidden from that line on", arguments: [LogLineDecision.keep, .drop])
    func addedMasks(decision: LogLineDecision) {
        let text = "tok3n-one before\n::add-mask::tok3n-one\nnow tok3n-one\n::add-mask::other-tok\nother-tok tok3n-one\n"
        let result = lines(text) { line, masker in
            masker.add(String(line.dropFirst("::add-mask::".count)))
            return decision
        }
        let echo = decision == .keep ? ["::add-mask::***"] : []
        #expect(result == ["tok3n-one before"] + echo + ["now ***"] + echo + ["*** ***"])
    }

    @Test("a long command reaches the handler whole")
    func longCommands() {
        let command = "::set-output name=x::" + String(repeating: "y", count: 300_000)
        var seen: [String] = []
        let chunks = [Array(command.utf8.prefix(100_000)), Array(command.utf8.dropFirst(100_000)), [13, 10]]
        let result = lines(chunks) { line, _ in
            seen.append(line)
            return .drop
        }
        #expect(seen == [command])
        #expect(result.isEmpty)
    }

    @Test("lines of the runner's own are masked and keep their order")
    func ownLines() {
        let formatter = LogLineFormatter(masker: SecretMasker(secrets: ["p4ssword!"]), now: { Self.time })
        var output = LogBuffer()
        formatter.append(Array("half".utf8), into: &output)
        formatter.write("Run p4ssword!\n", into: &output)
        #expect(String(decoding: output.bytes, as: UTF8.self) == "\(Self.stamp)half\n\(Self.stamp)Run ***\n")
    }

    @Test("lines that are no commands are shown to the line handler, whole and in order, and may be replaced")
    func lineHandler() {
        let formatter = LogLineFormatter(
            masker: SecretMasker(secrets: ["p4ssword"]), now: { Self.time },
            commandHandler: { line, _ in line.hasPrefix("::x") ? .drop : .keep })
        var seen: [String] = []
        formatter.lineHandler = { line in
            let text = String(decoding: line, as: UTF8.self)
            seen.append(text)
            return text.hasPrefix("bad") ? .replace("##[error]" + text) : text.isEmpty ? .drop : .keep
        }
        var output = LogBuffer()
        for chunk in ["good\n::x\nba", "d p4ssword\n\n::unknown\nlast"] { formatter.append(Array(chunk.utf8), into: &output) }
        formatter.finish(into: &output)
        #expect(seen == ["good", "bad p4ssword", "", "::unknown", "last"])
        let lines = String(decoding: output.bytes, as: UTF8.self).split(separator: "\n").map { $0.dropFirst(Self.stamp.count) }
        #expect(lines == ["good", "##[error]bad ***", "::unknown", "last"])
    }
}
