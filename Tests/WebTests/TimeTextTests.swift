import Foundation
import Plan
import Testing

@testable import Web

@Suite struct TimeTextTests {
    @Test(
        "times are written as the standards have them",
        arguments: [
            (0.0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_767_323_045.678, "2026-01-02T03:04:05.678Z", "Fri, 02 Jan 2026 03:04:05 GMT"),
            (951_782_400.0, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (-1.0, "1969-12-31T23:59:59.000Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
            (4_102_444_799.0, "2099-12-31T23:59:59.000Z", "Thu, 31 Dec 2099 23:59:59 GMT"),
        ])
    func formats(seconds: Double, rfc3339: String, http: String) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(TimeText.rfc3339(date) == rfc3339)
        #expect(TimeText.httpDate(date) == http)
    }

    @Test(
        "a length that was chosen has no parts that are nothing",
        arguments: [
            (1, "1 s"), (2.5, "2.5 s"), (30, "30 s"), (60, "1 min"), (90, "1 min 30 s"), (600, "10 min"), (3600, "1 h"),
            (5400, "1 h 30 min"), (86_400, "1 d"),
        ])
    func intervals(seconds: Double, expected: String) {
        #expect(TimeText.interval(seconds) == expected)
    }

    @Test(
        "durations are as long as they need to be",
        arguments: [
            (0.04, "0.0 s"), (0.44, "0.4 s"), (9.99, "10 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3700, "1 h 1 min"),
            (90_000, "1 d 1 h"),
            (-5, "0.0 s"),
        ])
    func durations(seconds: Double, expected: String) {
        #expect(TimeText.duration(seconds) == expected)
    }

    @Test("a section of the log belongs to each step that wrote, and together they cover it")
    func sections() {
        let steps = [
            Step(jobID: 1, number: 1, name: "a", status: .completed, logFrom: 100, logTo: 200),
            Step(jobID: 1, number: 2, name: "skipped", status: .completed, conclusion: .skipped),
            Step(jobID: 1, number: 3, name: "b", status: .running, logFrom: 210),
        ]
        let sections = LogSections.of(steps)
        #expect(sections.map(\.number) == [1, 2, 3])
        #expect(sections.map(\.from) == [0, -1, 210])
        #expect(sections.map(\.to) == [210, -1, nil])
        #expect(LogSections.of([]).map(\.number) == [0])
    }
}
