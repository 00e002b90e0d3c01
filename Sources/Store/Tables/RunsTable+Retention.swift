internal import FoundationEssentials
internal import GRDB
internal import Plan

extension RunsTable {
    /// Of how many services of a repository, those that were deployed to last, the runs are kept: some have a service for each pull
    /// request, and delete it.
    private static let mostServices = 100

    /// The oldest completed runs of a repository that ended before a date and are not among its newest.
    ///
    /// The history is read from its old end up to the first run that was made after the date, so what is kept costs nothing.
    static func expired(
        of repository: String, endedBefore date: Date, keeping newest: Int, limit: Int, _ database: Database
    ) throws -> [Int64] {
        let boundary = try database.row(
            """
            SELECT id FROM runs INDEXED BY runs_by_repository WHERE repository = ? AND id < ?
            ORDER BY id DESC LIMIT 1 OFFSET ?
            """, [repository, Int64.max, max(newest, 0)]
        ) { row in try row.decode(Int64.self, atIndex: 0) }
        guard let boundary else { return [] }
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT id, created_at, finished_at, status = 'completed' FROM runs INDEXED BY runs_by_repository
                    WHERE repository = ? AND id <= ? ORDER BY id
                    """), arguments: [repository, boundary])
        // What an environment or a service runs now is compared with, and gone back to, however old it is.
        var deployed = try EnvironmentsTable.currentRuns(of: repository, database)
        let services = try DeploymentsTable.standing(of: repository, database)
        for service in services.sorted(by: { $0.startedAt > $1.startedAt }).prefix(mostServices) {
            deployed.insert(try DeploymentsTable.origin(of: service, database).runID)
            deployed.insert(service.runID)
        }
        var expired: [Int64] = []
        while expired.count < limit, let row = try cursor.next() {
            var columns = ColumnReader(row, of: "runs")
            let (id, createdAt, finishedAt) = (try columns.next() as Int64, try columns.date(), try columns.dateIfAny())
            guard createdAt < date else { break }
            let isCompleted: Bool = try columns.next()
            if isCompleted && finishedAt ?? createdAt < date && !deployed.contains(id) { expired.append(id) }
        }
        return expired
    }

    /// Deletes a run with its jobs, steps and annotations, and its plan where no other run follows it.
    static func remove(_ id: Int64, _ database: Database) throws {
        let planID = try planID(ofRun: id, database)
        try database.change("DELETE FROM runs WHERE id = ?", [id])
        if let planID { try PlansTable.removeIfUnused(planID, database) }
    }
}
