extension Store {
    /// Records a tick that made no event. One that fires is recorded with its event, by the key of its `TriggerOutcome`.
    /// A tick that is already recorded stays as it is.
    public func recordTick(_ tick: ScheduleTick) async throws(StoreError) {
        try await write("record a tick of \(tick.schedule.workflowPath)") { database, _ in
            try RepositoriesTable.add(tick.schedule.repository, database)
            try ScheduleTicksTable.insert(tick, database)
        }
    }

    /// The latest recorded tick of a schedule: from it the next one is counted.
    public func lastTick(of schedule: Schedule) async throws(StoreError) -> ScheduleTick? {
        try await read("read the last tick of \(schedule.workflowPath)") { database in
            try ScheduleTicksTable.last(of: schedule, database)
        }
    }

    /// The repository's ticks, latest first.
    public func scheduleTicks(of repository: String, limit: Int = 100) async throws(StoreError) -> [ScheduleTick] {
        try await read("read the ticks of \(repository)") { database in
            try ScheduleTicksTable.newest(of: repository, limit: max(limit, 1), database)
        }
    }
}
