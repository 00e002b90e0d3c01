internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `environments`: which deployment is the newest, and which is the one that an environment runs now.
enum EnvironmentsTable {
    static func note(_ deployment: EnvironmentDeployment, isNowCurrent: Bool, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO environments(repository, name, newest_id, current_id) VALUES (?, ?, ?, ?)
            ON CONFLICT (repository, name) DO UPDATE SET name = excluded.name,
                newest_id = max(coalesce(newest_id, 0), excluded.newest_id), current_id = coalesce(excluded.current_id, current_id)
            """, [deployment.repository, deployment.environment, deployment.id, isNowCurrent ? deployment.id : nil])
    }

    /// By repository and name.
    static func all(of repository: String?, _ database: Database) throws -> [EnvironmentState] {
        let rows = try database.rows(
            """
            SELECT repository, name, newest_id, current_id FROM environments
            \(repository == nil ? "" : "WHERE repository = ?") ORDER BY repository, name
            """, repository.map { [$0] } ?? [], decode: row(from:))
        return try rows.map { try state(of: $0, database) }
    }

    static func state(of environment: String, repository: String, _ database: Database) throws -> EnvironmentState? {
        try database.row(
            "SELECT repository, name, newest_id, current_id FROM environments WHERE repository = ? AND name = ?",
            [repository, environment], decode: row(from:)
        ).map { try state(of: $0, database) }
    }

    /// The runs that a repository's environments have their deployments of.
    static func currentRuns(of repository: String, _ database: Database) throws -> Set<Int64> {
        Set(try all(of: repository, database).compactMap(\.current).flatMap { [$0.runID, $0.releasedRunID] })
    }

    private struct EnvironmentRow {
        var state: EnvironmentState
        var newest: Int64?
        var current: Int64?
    }

    private static func row(from row: Row) throws -> EnvironmentRow {
        var columns = ColumnReader(row, of: "environments")
        return EnvironmentRow(
            state: EnvironmentState(repository: try columns.next(), name: try columns.next()), newest: try columns.next(),
            current: try columns.next())
    }

    private static func state(of row: EnvironmentRow, _ database: Database) throws -> EnvironmentState {
        var state = row.state
        state.newest = try row.newest.flatMap { try EnvironmentDeploymentsTable.deployment($0, database) }
        state.current =
            row.current == row.newest
            ? state.newest : try row.current.flatMap { try EnvironmentDeploymentsTable.deployment($0, database) }
        return state
    }
}
