public import FoundationEssentials

/// Why a cron expression or its time zone is refused.
public struct CronError: Error, Sendable, Hashable {
    /// One sentence without a full stop.
    public var message: String

    public init(message: String) {
        self.message = message
    }
}

/// A cron expression as `on.schedule` accepts it: five fields of POSIX (minute, hour, day of the month, month, day of the
/// week), numbers, `*`, ranges, lists, steps, and three-letter names of months and weekdays in any case.
///
/// No sixth field, no `@daily`, no `7` for Sunday, no `L`, `W`, `#` or `?`.
public struct CronSchedule: Sendable, Hashable {
    /// As written.
    public let source: String

    let minutes: CronField
    let hours: CronField
    let daysOfMonth: CronField
    let months: CronField
    let daysOfWeek: CronField

    /// - Throws: `CronError` that names the field and what is wrong with it.
    public init(parsing source: String) throws(CronError) {
        self.source = source
        let fields = source.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        if let first = fields.first, first.hasPrefix("@") {
            throw CronError(message: "\"\(first)\" is not supported; write the five fields out")
        }
        guard fields.count == 5 else {
            throw CronError(
                message: "expected five fields (minute, hour, day of the month, month, day of the week), found \(fields.count)")
        }
        minutes = try CronField(parsing: fields[0], unit: .minute)
        hours = try CronField(parsing: fields[1], unit: .hour)
        daysOfMonth = try CronField(parsing: fields[2], unit: .dayOfMonth)
        months = try CronField(parsing: fields[3], unit: .month)
        daysOfWeek = try CronField(parsing: fields[4], unit: .dayOfWeek)
    }

    /// The next time at which the schedule is due.
    ///
    /// Where clocks go forward, a time in the skipped hour is due at the hour's end, once. Where they go back, a fixed hour
    /// is due at its first occurrence only, while an unrestricted hour (`*/15 * * * *`) goes on through both.
    ///
    /// - Parameters:
    ///   - date: the moment after which to look; to the second.
    ///   - inclusive: whether the moment itself counts.
    /// - Returns: nil for a schedule that is never due (`0 0 31 2 *`).
    public func next(after date: Date, inclusive: Bool = false, in zone: ScheduleZone = .utc) -> Date? {
        let start = Int64(date.timeIntervalSince1970.rounded(.down))
        let hasFraction = date.timeIntervalSince1970 > Double(start)
        // The earliest whole second that may be answered.
        let earliest = inclusive && !hasFraction ? start : start + 1
        var day = CivilDay(containing: earliest + zone.offset(at: earliest)).advanced(by: -1)
        for _ in 0..<Self.searchedDays {
            if isDue(on: day), let instant = instants(on: day, in: zone).first(where: { $0 >= earliest }) {
                return Date(timeIntervalSince1970: Double(instant))
            }
            day = day.advanced(by: 1)
        }
        return nil
    }

    /// The next times in order; fewer than `count` only for a schedule that is never due.
    public func next(_ count: Int, after date: Date, inclusive: Bool = false, in zone: ScheduleZone = .utc) -> [Date] {
        var dates: [Date] = []
        var from = date
        while dates.count < count, let found = next(after: from, inclusive: inclusive && dates.isEmpty, in: zone) {
            dates.append(found)
            from = found
        }
        return dates
    }

    /// The longest time between two leap days on one weekday is 40 years (around 2100).
    private static let searchedDays = 366 * 41

    /// Whether the day is one of the schedule's: where both the day of the month and the weekday are restricted, either
    /// will do.
    private func isDue(on day: CivilDay) -> Bool {
        guard months.contains(day.month) else { return false }
        let matchesDay = daysOfMonth.contains(day.day)
        let matchesWeekday = daysOfWeek.contains(day.weekday)
        if daysOfMonth.isUnrestricted || daysOfWeek.isUnrestricted { return matchesDay && matchesWeekday }
        return matchesDay || matchesWeekday
    }

    /// The moments of one local day at which the schedule is due, sorted.
    private func instants(on day: CivilDay, in zone: ScheduleZone) -> [Int64] {
        let midnight = day.secondsSinceEpoch
        var instants: Set<Int64> = []
        for hour in hours.values {
            for minute in minutes.values {
                let local = midnight + Int64(hour * 3600 + minute * 60)
                instants.formUnion(zone.instants(ofLocal: local, repeats: hours.isUnrestricted))
            }
        }
        return instants.sorted()
    }
}
