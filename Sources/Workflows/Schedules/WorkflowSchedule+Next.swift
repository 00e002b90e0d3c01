public import FoundationEssentials

extension WorkflowSchedule {
    /// The next time at which this entry of `on.schedule` is due; nil for one that never is.
    ///
    /// - Throws: `CronError` for an entry that the check reports as well.
    public func next(after date: Date, inclusive: Bool = false) throws(CronError) -> Date? {
        let zone = if let timeZone { try ScheduleZone(name: timeZone.value) } else { ScheduleZone.utc }
        return try CronSchedule(parsing: cron.value).next(after: date, inclusive: inclusive, in: zone)
    }
}
