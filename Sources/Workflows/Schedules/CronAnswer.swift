public import Expressions
public import FoundationEssentials

/// What `slipway debug cron` answers: the next times of an expression, in UTC as `2026-01-02T03:04:00Z`.
public struct CronAnswer: Sendable {
    public let dates: [Date]

    /// - Throws: `CronError` for an expression or time zone that is refused.
    public init(expression: String, from: Date, timeZone: String?, count: Int, inclusive: Bool) throws(CronError) {
        let zone = if let timeZone { try ScheduleZone(name: timeZone) } else { ScheduleZone.utc }
        dates = try CronSchedule(parsing: expression).next(count, after: from, inclusive: inclusive, in: zone)
    }

    public var value: ExpressionValue {
        .array(dates.map { .string($0.formatted(.iso8601)) })
    }
}
