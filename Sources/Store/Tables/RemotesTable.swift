internal import FoundationEssentials
internal import GRDB

/// `remotes`: how each repository's remote answered lately.
enum RemotesTable {
    private static let columns = "repository, last_attempt_at, last_success_at, failures, error, next_attempt_at, failing_since"

    static func set(_ status: RemoteStatus, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO remotes(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (repository) DO UPDATE SET last_attempt_at = excluded.last_attempt_at,
                last_success_at = excluded.last_success_at, failures = excluded.failures, error = excluded.error,
                next_attempt_at = excluded.next_attempt_at, failing_since = excluded.failing_since
            """,
            [
                status.repository, status.lastAttemptAt?.databaseSeconds, status.lastSuccessAt?.databaseSeconds,
                status.failures, status.error, status.nextAttemptAt?.databaseSeconds,
                status.failingSince?.databaseSeconds,
            ])
    }

    static func status(of repository: String, _ database: Database) throws -> RemoteStatus? {
        try database.row(
            "SELECT \(columns) FROM remotes WHERE repository = ?", [repository], decode: status(from:))
    }

    static func all(_ database: Database) throws -> [RemoteStatus] {
        try database.rows("SELECT \(columns) FROM remotes ORDER BY repository", [], decode: status(from:))
    }

    private static func status(from row: Row) throws -> RemoteStatus {
        var columns = ColumnReader(row, of: "remotes")
        return RemoteStatus(
            repository: try columns.next(), lastAttemptAt: try columns.dateIfAny(), lastSuccessAt: try columns.dateIfAny(),
            failures: try columns.next(), error: try columns.next(), nextAttemptAt: try columns.dateIfAny(),
            failingSince: try columns.dateIfAny())
    }
}
