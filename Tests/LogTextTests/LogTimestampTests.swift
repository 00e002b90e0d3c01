import LogText
import Testing

@Suite("Log timestamp")
struct LogTimestampTests {
    @Test(
        "is written in UTC with seven digits of fraction, and read back",
        arguments: [
            (0, 0, "1970-01-01T00:00:00.0000000Z"), (951_782_400, 0, "2000-02-29T00:00:00.0000000Z"),
            (1_767_323_045, 123_456_789, "2026-01-02T03:04:05.1234567Z"), (-1, 999_999_900, "1969-12-31T23:59:59.9999999Z"),
            (4_107_542_399, 100, "2100-02-28T23:59:59.0000001Z"), (253_402_300_799, 0, "9999-12-31T23:59:59.0000000Z"),
        ])
    func text(seconds: Int64, nanoseconds: Int64, expected: String) {
        let time = LogTimestamp(seconds: seconds, nanoseconds: nanoseconds)
        #expect(time.text == expected)
        #expect(time.text.utf8.count == LogTimestamp.length)
        #expect(LogTimestamp(parsing: expected + " and the line") == time)
    }

    @Test(
        "is not read from anything else",
        arguments: [
            "", "2026-01-02", "2026-13-02T03:04:05.1234567Z", "2026-01-02 03:04:05.1234567Z", "x026-01-02T03:04:05.1234567Z",
        ])
    func malformed(text: String) {
        #expect(LogTimestamp(parsing: text) == nil)
    }
}
