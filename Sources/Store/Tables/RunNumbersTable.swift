internal import GRDB

/// `run_numbers`: the highest number that a run of each pipeline file ever had.
enum RunNumbersTable {
    /// Takes the next number of a pipeline file, from 1. It is used up when the transaction ends well.
    static func next(of workflowPath: String, in repository: String, _ database: Database) throws -> Int {
        try database.row(
            """
            INSERT INTO run_numbers(repository, workflow_path, newest) VALUES (?, ?, 1)
            ON CONFLICT(repository, workflow_path) DO UPDATE SET newest = newest + 1 RETURNING newest
            """, [repository, workflowPath]
        ) { row in try row.decode(Int.self, atIndex: 0) } ?? 1
    }

    /// The pipeline files of a repository that ever had a run.
    static func paths(of repository: String, _ database: Database) throws -> [String] {
        try database.rows(
            "SELECT workflow_path FROM run_numbers WHERE repository = ? ORDER BY workflow_path", [repository]
        ) { row in try row.decode(String.self, atIndex: 0) }
    }
}
