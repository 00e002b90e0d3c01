internal import GRDB
internal import Plan

/// `diagnoses`.
enum DiagnosesTable {
    static func insert(_ diagnosis: Diagnosis, job: Int64, _ database: Database) throws {
        try database.change(
            "INSERT INTO diagnoses(job_id, rule, diagnosis) VALUES (?, ?, ?)",
            [job, diagnosis.rule, try JSONText.encode(value: diagnosis)])
    }

    static func all(ofJob id: Int64, _ database: Database) throws -> [Diagnosis] {
        try database.rows("SELECT diagnosis FROM diagnoses WHERE job_id = ? ORDER BY id", [id]) { row in
            try JSONText.decode(try row.decode(String.self, atIndex: 0))
        }
    }
}
