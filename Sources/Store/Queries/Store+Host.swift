public import Plan

/// What operators of the host ask.
extension Store {
    /// The run that was made first of those that are kept.
    public func oldestRun() async throws(StoreError) -> Run? {
        try await read("find the oldest run") { database in try RunsTable.oldest(database) }
    }

    /// Jobs that have a worker, in the order in which they were made.
    public func runningJobs(limit: Int) async throws(StoreError) -> [Job] {
        try await read("list the running jobs") { database in try JobsTable.unfinished(.running, limit: limit, database) }
    }

    /// The artifacts that are deleted next, the soonest first.
    public func nextArtifactsToExpire(limit: Int) async throws(StoreError) -> [StoredArtifact] {
        try await read("list the artifacts that expire next") { database in
            try ArtifactsTable.nextToExpire(limit: limit, database)
        }
    }
}
