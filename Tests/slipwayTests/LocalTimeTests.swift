import FoundationEssentials
import Testing

@testable import slipway

struct LocalTimeTests {
    @Test(
        "times are read with and without fraction, offset and time of day",
        arguments: [
            ("1970-01-02T00:00:01Z", 86_401), ("1970-01-02T00:00:01.000Z", 86_401), ("1970-01-02T00:00:01", 86_401),
            ("1970-01-02T01:00:01+01:00", 86_401), ("1970-01-02", 86_400),
        ])
    func dates(text: String, seconds: Double) {
        #expect(LocalTime.date(text)?.timeIntervalSince1970 == seconds)
    }

    @Test("what is no time has no date, and is shown as it is", arguments: ["soon", "2026-13-01T00:00:00Z", ""])
    func noDate(text: String) {
        #expect(LocalTime.date(text) == nil)
        #expect(LocalTime.text(text) == text)
    }

    @Test(
        "durations are short",
        arguments: [
            ("1970-01-01T00:00:00.450Z", "0.5 s"), ("1970-01-01T00:00:42Z", "42 s"), ("1970-01-01T00:03:04Z", "3 min 4 s"),
            ("1970-01-01T02:05:00Z", "2 h 5 min"), ("1970-01-04T04:00:00Z", "3 d 4 h"),
        ])
    func durations(end: String, text: String) {
        #expect(LocalTime.duration(from: "1970-01-01T00:00:00Z", to: end) == text)
    }
}
