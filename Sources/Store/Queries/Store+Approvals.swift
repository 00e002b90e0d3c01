internal import GRDB
public import Plan

/// A job that waits for an approval, with its run.
public struct PendingApproval: Equatable, Sendable {
    public var run: Run
    public var job: Job

    public init(run: Run, job: Job) {
        self.run = run
        self.job = job
    }
}

extension Store {
    /// What waits for an approval in all repositories, the oldest first.
    ///
    /// - Parameter after: the id of the job with which the list before ended.
    public func pendingApprovals(after: Int64 = 0, limit: Int = 500) async throws(StoreError) -> [PendingApproval] {
        try await read("list what waits for an approval") { database in
            try JobsTable.pendingApprovals(after: after, limit: limit, database)
        }
    }
}

extension JobsTable {
    static func pendingApprovals(after: Int64 = 0, limit: Int, _ database: Database) throws -> [PendingApproval] {
        try awaitingApproval(after: after, limit: limit, database).compactMap { job in
            try RunsTable.run(job.runID, database).map { PendingApproval(run: $0, job: job) }
        }
    }
}
