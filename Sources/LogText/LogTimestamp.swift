#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The moment at which a log line came, in the form of GitHub's logs: RFC 3339 in UTC with seven fractional digits,
/// `2026-01-02T03:04:05.1234567Z`.
public struct LogTimestamp: Sendable, Hashable, Comparable {
    /// The length of ``text`` in bytes; in a log file one blank follows.
    public static let length = 28
    private static let ticksPerSecond: Int64 = 10_000_000

    /// Units of 100 ns since 1970 in UTC, leap seconds not counted.
    public let ticks: Int64

    public init(ticks: Int64) { self.ticks = ticks }

    /// - Parameters:
    ///   - seconds: since 1970, in UTC.
    ///   - nanoseconds: within the second; what is below 100 ns is cut off.
    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        ticks = seconds * Self.ticksPerSecond + nanoseconds / 100
    }

    /// The system's clock.
    public static func now() -> LogTimestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogTimestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    public static func < (left: LogTimestamp, right: LogTimestamp) -> Bool { left.ticks < right.ticks }

    /// ``length`` ASCII characters. Years outside 0 to 9999 are written as the nearest of them.
    public var text: String {
        String(unsafeUninitializedCapacity: Self.length) { buffer in
            if let base = buffer.baseAddress { write(to: base) }
            return Self.length
        }
    }

    /// Reads the beginning of a log line; nil if it has no time stamp there.
    public init?(parsing text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(Self.length))
        guard bytes.count == Self.length else { return nil }
        for (position, mark) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "."), (27, "Z")]
        where bytes[position] != mark.utf8.first { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            bytes[range].reduce(0) { value, byte in
                guard let value, (48...57).contains(byte) else { return nil }
                return value * 10 + Int64(byte - 48)
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), let fraction = number(20..<27),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let days = CalendarDay(year: year, month: month, day: day).daysSince1970
        ticks = (((days * 24 + hour) * 60 + minute) * 60 + second) * Self.ticksPerSecond + fraction
    }

    /// Writes ``length`` bytes.
    func write(to target: UnsafeMutablePointer<UInt8>) {
        let latest: Int64 = 2_534_023_008_000_000_000 - 1  // the end of the year 9999
        let earliest: Int64 = -62_167_219_200 * Self.ticksPerSecond  // the start of the year 0
        let bounded = min(max(ticks, earliest), latest)
        let seconds = bounded.flooredQuotient(by: Self.ticksPerSecond)
        let days = seconds.flooredQuotient(by: 86_400)
        let day = CalendarDay(daysSince1970: days)
        let time = seconds - days * 86_400
        let fields: [(at: Int, width: Int, value: Int64, mark: Unicode.Scalar)] = [
            (0, 4, day.year, "-"), (5, 2, day.month, "-"), (8, 2, day.day, "T"), (11, 2, time / 3600, ":"),
            (14, 2, time / 60 % 60, ":"), (17, 2, time % 60, "."), (20, 7, bounded - seconds * Self.ticksPerSecond, "Z"),
        ]
        for field in fields {
            var rest = field.value
            for position in stride(from: field.at + field.width - 1, through: field.at, by: -1) {
                target[position] = 48 + UInt8(rest % 10)
                rest /= 10
            }
            target[field.at + field.width] = UInt8(field.mark.value)
        }
    }
}

/// A date of the proleptic Gregorian calendar. Years are counted from March, so that the leap day comes last.
private struct CalendarDay {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468  // days from 0000-03-01 to 1970-01-01
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let fromMarch = month <= 2 ? year - 1 : year
        let era = fromMarch.flooredQuotient(by: 400)
        let yearOfEra = fromMarch - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity; `divisor` is positive.
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
