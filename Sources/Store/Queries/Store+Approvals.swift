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
            try JobsTable.awaitingApproval(after: after, limit: limit, database).compactMap { job in
                try RunsTable.run(job.runID, database).map { PendingApproval(run: $0, job: job) }
            }
        }
    }

    /// How many jobs wait for an approval.
    public func pendingApprovalCount() async throws(StoreError) -> Int {
        try await read("count what waits for an approval") { database in try JobsTable.countAwaitingApproval(database) }
    }
}
