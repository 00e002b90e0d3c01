internal import FoundationEssentials
internal import GRDB

/// `schedule_ticks`: what became of each moment at which a schedule was due.
enum ScheduleTicksTable {
    private static let columns = "repository, workflow_path, cron, timezone, due_at, outcome, event_id"
    private static let isOfSchedule = "repository = ? AND workflow_path = ? AND cron = ? AND timezone = ?"

    static func insert(_ tick: ScheduleTick, _ database: Database) throws {
        let schedule = tick.schedule
        try database.change(
            "INSERT INTO schedule_ticks(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                schedule.repository, schedule.workflowPath, schedule.cron, schedule.timezone, tick.dueAt.databaseSeconds,
                tick.outcome.rawValue, tick.eventID,
            ])
    }

    static func tick(of schedule: Schedule, dueAt: Date, _ database: Database) throws -> ScheduleTick? {
        try database.row(
            "SELECT \(columns) FROM schedule_ticks WHERE \(isOfSchedule) AND due_at = ?",
            [schedule.repository, schedule.workflowPath, schedule.cron, schedule.timezone, dueAt.databaseSeconds],
            decode: tick(from:))
    }

    static func last(of schedule: Schedule, _ database: Database) throws -> ScheduleTick? {
        try database.row(
            "SELECT \(columns) FROM schedule_ticks WHERE \(isOfSchedule) ORDER BY due_at DESC LIMIT 1",
            [schedule.repository, schedule.workflowPath, schedule.cron, schedule.timezone], decode: tick(from:))
    }

    static func newest(of repository: String, limit: Int, _ database: Database) throws -> [ScheduleTick] {
        try database.rows(
            """
            SELECT \(columns) FROM schedule_ticks INDEXED BY schedule_ticks_by_repository
            WHERE repository = ? ORDER BY due_at DESC LIMIT ?
            """, [repository, limit], decode: tick(from:))
    }

    /// The last tick of a schedule is kept, however old: from it the next one is counted.
    static func prune(before date: Date, limit: Int, _ database: Database) throws {
        let key = "repository, workflow_path, cron, timezone"
        try database.change(
            """
            DELETE FROM schedule_ticks WHERE (\(key), due_at) IN (
                SELECT \(key), due_at FROM schedule_ticks AS old INDEXED BY schedule_ticks_by_time WHERE due_at < ?
                AND EXISTS (SELECT 1 FROM schedule_ticks AS later WHERE later.repository = old.repository
                    AND later.workflow_path = old.workflow_path AND later.cron = old.cron
                    AND later.timezone = old.timezone AND later.due_at > old.due_at)
                ORDER BY due_at LIMIT ?)
            """, [date.databaseSeconds, limit])
    }

    private static func tick(from row: Row) throws -> ScheduleTick {
        var columns = ColumnReader(row, of: "schedule_ticks")
        let schedule = Schedule(
            repository: try columns.next(), workflowPath: try columns.next(), cron: try columns.next(),
            timezone: try columns.next())
        return ScheduleTick(
            schedule: schedule, dueAt: try columns.date(), outcome: try columns.word(), eventID: try columns.next())
    }
}
