public import FoundationEssentials
internal import Plan

extension Store {
    /// Every artifact of a run that is known, also of its earlier attempts, in the order in which they were stored. Of equal
    /// names the last one counts.
    public func artifacts(ofRun id: Int64) async throws(StoreError) -> [StoredArtifact] {
        try await read("read the artifacts of run \(id)") { database in try ArtifactsTable.all(ofRun: id, database) }
    }

    public func artifact(_ id: Int64) async throws(StoreError) -> StoredArtifact? {
        try await read("read artifact \(id)") { database in try ArtifactsTable.artifact(id, database) }
    }

    /// The artifacts that are still there and were to be kept until then at most, those that are overdue longest first.
    public func expiredArtifacts(at date: Date, limit: Int = 200) async throws(StoreError) -> [StoredArtifact] {
        try await read("read the expired artifacts") { database in
            try ArtifactsTable.expired(before: date, limit: limit, database)
        }
    }

    /// The file of an artifact is gone.
    public func markArtifactRemoved(_ id: Int64, at date: Date) async throws(StoreError) {
        try await write("note that artifact \(id) is removed") { database, changes in
            guard let stored = try ArtifactsTable.artifact(id, database) else { return }
            try ArtifactsTable.markRemoved(id, at: date, database)
            let runID = stored.artifact.runID
            let repository = try RunsTable.repository(ofRun: runID, database)
            changes.append(StoreChange(kind: .artifacts, runID: runID, repository: repository))
        }
    }
}
