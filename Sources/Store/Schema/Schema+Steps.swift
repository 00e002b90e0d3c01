internal import GRDB

extension Schema {
    /// Why a step was skipped. What was skipped before has none.
    static func addSkipCauses(_ database: Database) throws {
        try database.execute(sql: "ALTER TABLE steps ADD COLUMN skip_cause TEXT")
    }
}
