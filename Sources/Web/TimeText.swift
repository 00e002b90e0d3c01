internal import FoundationEssentials

/// Times as text. All are UTC; made by arithmetic because a page shows hundreds of them.
enum TimeText {
    struct Parts {
        var year, month, day, hour, minute, second, millisecond: Int
        /// 0 is Sunday.
        var weekday: Int
    }

    static func parts(of date: Date) -> Parts {
        let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
        let days = floorDivision(milliseconds, 86_400_000)
        let rest = Int(milliseconds - days * 86_400_000)
        // Howard Hinnant's days-to-civil: years begin in March, so that the leap day is the last of its year.
        let shifted = days + 719_468
        let era = floorDivision(shifted, 146_097)
        let dayOfEra = Int(shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return Parts(
            year: yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, hour: rest / 3_600_000, minute: rest / 60_000 % 60,
            second: rest / 1000 % 60, millisecond: rest % 1000, weekday: Int((days % 7 + 11) % 7))
    }

    /// `2026-01-02T03:04:05.678Z`
    static func rfc3339(_ date: Date) -> String {
        let parts = parts(of: date)
        return "\(four(parts.year))-\(two(parts.month))-\(two(parts.day))T\(two(parts.hour)):\(two(parts.minute)):"
            + "\(two(parts.second)).\(three(parts.millisecond))Z"
    }

    /// `2026-01-02 03:04:05`, for people.
    static func readable(_ date: Date) -> String {
        let parts = parts(of: date)
        return "\(four(parts.year))-\(two(parts.month))-\(two(parts.day)) \(two(parts.hour)):\(two(parts.minute)):"
            + two(parts.second)
    }

    /// `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 9110).
    static func httpDate(_ date: Date) -> String {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = parts(of: date)
        return "\(days[parts.weekday]), \(two(parts.day)) \(months[parts.month - 1]) \(four(parts.year)) "
            + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)) GMT"
    }

    /// `0.4 s`, `12 s`, `3 min 4 s`, `2 h 5 min`, `3 d 4 h`.
    static func duration(_ seconds: Double) -> String {
        let seconds = max(0, seconds)
        if seconds < 9.95 {
            let tenths = Int((seconds * 10).rounded())
            return "\(tenths / 10).\(tenths % 10) s"
        }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        if whole < 86_400 { return "\(whole / 3600) h \(whole / 60 % 60) min" }
        return "\(whole / 86_400) d \(whole / 3600 % 24) h"
    }

    /// A length that somebody chose: `1 s`, `2.5 s`, `5 min`, `1 h 30 min`, `7 d`.
    static func interval(_ seconds: Double) -> String {
        let text = duration(seconds)
        return ["s", "min", "h"].reduce(text) { text, unit in
            // What is nothing is left out, but where it is all that there is.
            guard text.hasSuffix(" 0 \(unit)"), text.count > unit.count + 3 else { return text }
            return String(text.dropLast(unit.count + 3))
        }.replacing(".0 s", with: " s")
    }

    private static func floorDivision(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    private static func three(_ value: Int) -> String { value < 100 ? "0" + two(value) : "\(value)" }
    private static func four(_ value: Int) -> String { value < 1000 ? "0" + three(value) : "\(value)" }
}
