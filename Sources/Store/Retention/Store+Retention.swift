public import FoundationEssentials
internal import GRDB

extension Store {
    /// Deletes the oldest part of what the policy does not keep: a bounded part, so that jobs never wait for it long.
    ///
    /// The folders of the runs are the caller's to remove; it says so by `confirmRemoval`, and until then the runs are
    /// returned again, so that none is forgotten when the process is killed in between.
    ///
    /// - Returns: runs whose folders are to be removed, at most `limit`. Call again, after confirming, until there are none.
    public func prune(
        keeping policy: RetentionPolicy, now: Date, limit: Int = 200
    ) async throws(StoreError) -> [Int64] {
        try await write("delete old runs") { database, changes in
            let runsBefore = now.addingTimeInterval(-Double(policy.days) * 86400)
            var left = limit
            for repository in try RepositoriesTable.names(database) where left > 0 {
                let expired = try RunsTable.expired(
                    of: repository, endedBefore: runsBefore, keeping: policy.newestRuns, limit: left, database)
                for id in expired {
                    try RunsTable.remove(id, database)
                    try RemovalsTable.insert(id, database)
                    changes.append(StoreChange(kind: .removed, runID: id, repository: repository))
                }
                left -= expired.count
            }
            let recordsBefore = now.addingTimeInterval(-Double(policy.recordDays) * 86400)
            try EventsTable.prune(before: min(recordsBefore, runsBefore), limit: limit, database)
            try DeliveriesTable.prune(before: recordsBefore, limit: limit, database)
            try ScheduleTicksTable.prune(before: recordsBefore, limit: limit, database)
            let auditBefore = now.addingTimeInterval(-Double(policy.auditDays) * 86400)
            try AuditTable.prune(before: auditBefore, limit: limit, database)
            return try RemovalsTable.all(limit: limit, database)
        }
    }

    /// The folders of these runs are gone.
    public func confirmRemoval(ofRuns ids: [Int64]) async throws(StoreError) {
        try await write("forget deleted runs") { database, _ in
            for id in ids { try RemovalsTable.remove(id, database) }
        }
    }

    /// Gives space that deleted history has left in the database's file back to the file system: some megabytes a call, so
    /// that jobs never wait for it long, and only where it is a good part of the file. New history takes the rest.
    ///
    /// - Returns: whether there is more to give back.
    public func reclaimSpace() async throws(StoreError) -> Bool {
        try await write("give free space back") { database, _ in
            let unused: Int64 = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            let all: Int64 = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            guard unused > Self.leastReclaimedPages, unused > all / 4 else { return false }
            try database.execute(sql: "PRAGMA incremental_vacuum(\(Self.leastReclaimedPages))")
            return try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0 < unused
        }
    }

    private static let leastReclaimedPages: Int64 = 1024
}
