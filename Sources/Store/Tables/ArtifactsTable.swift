internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `artifacts`.
enum ArtifactsTable {
    private static let columns =
        "id, run_id, job_id, attempt, name, is_archive, size, digest, created_at, expires_at, removed_at"

    /// A journal that is read again changes nothing.
    static func insert(_ artifact: Artifact, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO artifacts(id, run_id, job_id, attempt, name, is_archive, size, digest, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                artifact.id, artifact.runID, artifact.jobID, artifact.attempt, artifact.name, artifact.isArchive, artifact.size,
                artifact.digest, artifact.createdAt.databaseSeconds, artifact.expiresAt.databaseSeconds,
            ])
    }

    static func markRemoved(_ id: Int64, at date: Date, _ database: Database) throws {
        try database.change(
            "UPDATE artifacts SET removed_at = ? WHERE id = ? AND removed_at IS NULL", [date.databaseSeconds, id])
    }

    static func artifact(_ id: Int64, _ database: Database) throws -> StoredArtifact? {
        try database.row("SELECT \(columns) FROM artifacts WHERE id = ?", [id], decode: artifact(from:))
    }

    static func all(ofRun id: Int64, _ database: Database) throws -> [StoredArtifact] {
        try database.rows("SELECT \(columns) FROM artifacts WHERE run_id = ? ORDER BY id", [id], decode: artifact(from:))
    }

    static func expired(before date: Date, limit: Int, _ database: Database) throws -> [StoredArtifact] {
        try database.rows(
            """
            SELECT \(columns) FROM artifacts INDEXED BY artifacts_by_expiry
            WHERE removed_at IS NULL AND expires_at <= ? ORDER BY expires_at LIMIT ?
            """, [date.databaseSeconds, limit], decode: artifact(from:))
    }

    static func nextToExpire(limit: Int, _ database: Database) throws -> [StoredArtifact] {
        try expired(before: .distantFuture, limit: limit, database)
    }

    private static func artifact(from row: Row) throws -> StoredArtifact {
        var columns = ColumnReader(row, of: "artifacts")
        let artifact = Artifact(
            id: try columns.next(), runID: try columns.next(), jobID: try columns.next(), attempt: try columns.next(),
            name: try columns.next(), isArchive: try columns.next(), size: try columns.next(), digest: try columns.next(),
            createdAt: try columns.date(), expiresAt: try columns.date())
        return StoredArtifact(artifact: artifact, removedAt: try columns.dateIfAny())
    }
}
