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
    public func pendingApprovals(limit: Int = 500) async throws(StoreError) -> [PendingApproval] {
        try await read("list what waits for an approval") { database in
            try JobsTable.withApproval(limit: limit, database).filter(\.awaitsApproval).compactMap { job in
                try RunsTable.run(job.runID, database).map { PendingApproval(run: $0, job: job) }
            }
        }
    }
}
