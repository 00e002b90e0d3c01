internal import GRDB
internal import Plan

/// `annotations`.
enum AnnotationsTable {
    static func insert(_ annotation: Annotation, job: Int64, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO annotations(job_id, level, message, title, file, line, "column", step)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                job, annotation.level.rawValue, annotation.message, annotation.title, annotation.file, annotation.line,
                annotation.column, annotation.step,
            ])
    }

    static func all(ofJob id: Int64, limit: Int, _ database: Database) throws -> [Annotation] {
        try database.rows(
            """
            SELECT level, message, title, file, line, "column", step FROM annotations
            WHERE job_id = ? ORDER BY id LIMIT ?
            """, [id, limit]
        ) { row in
            var columns = ColumnReader(row, of: "annotations")
            return Annotation(
                level: try columns.word(), message: try columns.next(), title: try columns.next(),
                file: try columns.next(), line: try columns.next(), column: try columns.next(), step: try columns.next())
        }
    }
}
