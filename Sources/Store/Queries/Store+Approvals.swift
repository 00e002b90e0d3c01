internal import GRDB
internal import Plan

extension Store {
    /// What waits for an approval in all repositories, the oldest first.
    ///
    /// - Parameter after: the id of the job with which the list before ended.
    public func pendingApprovals(after: Int64 = 0, limit: Int = 500) async throws(StoreError) -> [PendingJob] {
        try await read("list what waits for an approval") { database in
            try JobsTable.pendingApprovals(after: after, limit: limit, database)
        }
    }
}

extension JobsTable {
    static func pendingApprovals(after: Int64 = 0, limit: Int, _ database: Database) throws -> [PendingJob] {
        try PendingJob.withRuns(awaitingApproval(after: after, limit: limit, database), database)
    }
}
