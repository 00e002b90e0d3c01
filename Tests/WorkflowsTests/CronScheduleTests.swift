import FoundationEssentials
import Testing

@testable import Workflows

struct CronScheduleTests {
    @Test(
        "an expression is accepted",
        arguments: [
            "0 0 * * *", "*/5 * * * *", "7/20 * * * *", "0-30/10 8-17 * * MON-FRI", "0 0 1,15 jan,JUL *", "00 007 * * sun",
            "5 4 * * 0", "  1   2 3 4 5 ",
        ])
    func anExpressionIsAccepted(_ expression: String) throws {
        _ = try CronSchedule(parsing: expression)
    }

    @Test(
        "an expression is refused with the field that is wrong",
        arguments: [
            ("0 0 * *", "found 4"), ("0 0 * * * 2026", "found 6"), ("@daily", "@daily"), ("60 * * * *", "minute"),
            ("* 24 * * *", "hour"), ("* * 0 * *", "day of the month"), ("* * 32 * *", "day of the month"),
            ("* * * 13 *", "month"), ("* * * * 7", "day of the week"), ("*/0 * * * *", "minute"), ("*/x * * * *", "minute"),
            ("5-1 * * * *", "starts after"), ("1,,2 * * * *", "minute"), ("* * MON * *", "day of the month"),
            ("* * ? * *", "day of the month"), ("* * L * *", "day of the month"), ("1-2-3 * * * *", "minute"),
            ("-1 * * * *", "minute"), ("1.5 * * * *", "minute"),
        ])
    func anExpressionIsRefused(expression: String, part: String) {
        let error = #expect(throws: CronError.self) { try CronSchedule(parsing: expression) }
        #expect(error?.message.contains(part) == true)
    }

    struct Next: Sendable {
        let expression: String
        let from: String
        let dates: [String]
        var zone = "UTC"
        var inclusive = false
    }

    @Test(
        "the next times are those of the calendar",
        arguments: [
            Next(expression: "0 0 * * *", from: "2026-03-01T00:00:00Z", dates: ["2026-03-02T00:00:00Z"]),
            Next(expression: "0 0 * * *", from: "2026-03-01T00:00:00Z", dates: ["2026-03-01T00:00:00Z"], inclusive: true),
            Next(
                expression: "*/20 6 * * *", from: "2026-12-31T06:19:59Z",
                dates: ["2026-12-31T06:20:00Z", "2026-12-31T06:40:00Z", "2027-01-01T06:00:00Z"]),
            Next(expression: "20/15 * * * *", from: "2026-01-01T00:21:00Z", dates: ["2026-01-01T00:35:00Z"]),
            Next(expression: "0 0 29 2 *", from: "2026-01-01T00:00:00Z", dates: ["2028-02-29T00:00:00Z"]),
            Next(expression: "0 0 29 2 *", from: "2096-03-01T00:00:00Z", dates: ["2104-02-29T00:00:00Z"]),
            // 2026-06-13 is a Saturday: either the 15th or a Sunday.
            Next(
                expression: "0 0 15 * SUN", from: "2026-06-13T00:00:00Z",
                dates: ["2026-06-14T00:00:00Z", "2026-06-15T00:00:00Z", "2026-06-21T00:00:00Z"]),
            // One of the two says "any": both hold.
            Next(expression: "0 0 * * SUN", from: "2026-06-14T00:00:00Z", dates: ["2026-06-21T00:00:00Z"]),
            Next(expression: "0 0 15 * *", from: "2026-06-13T00:00:00Z", dates: ["2026-06-15T00:00:00Z"]),
            Next(expression: "0 0 31 2 *", from: "2026-01-01T00:00:00Z", dates: []),
        ])
    func theNextTimesAreThoseOfTheCalendar(_ row: Next) throws { try check(row) }

    @Test(
        "a schedule follows the clocks of its zone",
        arguments: [
            Next(
                expression: "30 9 * * *", from: "2026-01-01T00:00:00Z", dates: ["2026-01-01T08:30:00Z"], zone: "Europe/Berlin"),
            Next(
                expression: "30 9 * * *", from: "2026-07-01T00:00:00Z", dates: ["2026-07-01T07:30:00Z"], zone: "Europe/Berlin"),
            // On 2026-03-29 the hour from 2 to 3 is missing: due when it would have begun to be later, once.
            Next(
                expression: "15,45 2 * * *", from: "2026-03-28T12:00:00Z",
                dates: ["2026-03-29T01:00:00Z", "2026-03-30T00:15:00Z"], zone: "Europe/Berlin"),
            // On 2026-10-25 the hour from 2 to 3 comes twice: a fixed hour counts once…
            Next(
                expression: "30 2 * * *", from: "2026-10-24T12:00:00Z",
                dates: ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"], zone: "Europe/Berlin"),
            // …every hour goes on.
            Next(
                expression: "30 * * * *", from: "2026-10-24T23:45:00Z",
                dates: ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"], zone: "Europe/Berlin"),
            Next(
                expression: "30 * * * *", from: "2026-03-29T00:00:00Z",
                dates: ["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"], zone: "Europe/Berlin"),
            // Half an hour's change.
            Next(
                expression: "15 2 * * *", from: "2026-10-03T00:00:00Z", dates: ["2026-10-03T15:30:00Z"],
                zone: "Australia/Lord_Howe"),
        ])
    func aScheduleFollowsTheClocksOfItsZone(_ row: Next) throws { try check(row) }

    private func check(_ row: Next) throws {
        let schedule = try CronSchedule(parsing: row.expression)
        let zone = try ScheduleZone(name: row.zone)
        let from = try Date(row.from, strategy: .iso8601)
        let dates = schedule.next(max(row.dates.count, 1), after: from, inclusive: row.inclusive, in: zone)
        #expect(dates.map { $0.formatted(.iso8601) } == row.dates)
    }

    @Test("a zone is known by its IANA name only", arguments: ["Berlin", "EST5EDT+1", "+02:00", "", "Europe/Nowhere"])
    func aZoneIsKnownByItsName(_ name: String) {
        #expect(throws: CronError.self) { try ScheduleZone(name: name) }
    }

    @Test("the days of four centuries have the right dates and weekdays")
    func theDaysHaveTheRightDates() {
        #expect(CivilDay(number: 0).weekday == 4)
        var expected = (year: 1970, month: 1, day: 1)
        for number in 0..<146_097 {
            let day = CivilDay(number: Int64(number))
            #expect(day.year == expected.year && day.month == expected.month && day.day == expected.day)
            expected.day += 1
            let isLeap = expected.year % 4 == 0 && (expected.year % 100 != 0 || expected.year % 400 == 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][expected.month - 1]
            if expected.day > length { expected = (expected.year, expected.month + 1, 1) }
            if expected.month > 12 { expected = (expected.year + 1, 1, 1) }
        }
    }
}
