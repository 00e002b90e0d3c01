internal import Plan

/// Metrics of a table: a header and one row; rows of `metric,value` or `metric,slice,value`; or a row for each slice, which its
/// first column names. Of a frame that pandas made of a classification report the row `accuracy` is no slice.
struct CSVMetrics {
    private static let metricColumns: Set<String> = ["metric", "name", "measure"]
    private static let valueColumns: Set<String> = ["value", "score"]
    private static let sliceColumns: Set<String> = ["slice", "class", "label", "group", "segment", "category"]
    private static let mostRows = 2001

    private var table: MetricTable

    init(into table: MetricTable) { self.table = table }

    mutating func read(_ text: String) throws(MetricProblem) -> MetricTable {
        let rows = try CSVRows.read(text, limit: Self.mostRows)
        guard let header = rows.first, rows.count > 1 else {
            throw MetricProblem("it has a header and no row: the evaluation wrote no metric", line: rows.first?.line ?? 1)
        }
        try check(header, rows.dropFirst())
        let names = header.cells.map { $0.text.lowercased() }
        let values = names.indices.filter { Self.valueColumns.contains(names[$0]) }
        let metrics = names.indices.filter { Self.metricColumns.contains(names[$0]) }
        if let metric = metrics.first, let value = values.first, names.count <= 3 {
            let slice = names.indices.first { $0 != metric && $0 != value }
            for row in rows.dropFirst() {
                try add(row.cells[value], row, name: row.cells[metric].text, slice: slice.map { row.cells[$0].text })
            }
            return table
        }
        let slice = sliceColumn(names, Array(rows.dropFirst()))
        if slice == nil, rows.count > 2 {
            throw MetricProblem(
                "it has several rows, and no column says which slice a row is about: name one \"slice\"", line: rows[2].line)
        }
        let isReport = slice != nil && Set(names.indices.filter { $0 != slice }.map { names[$0] }) == ClassificationReport.columns
        for row in rows.dropFirst() {
            if isReport, let slice, row.cells[slice].text == ClassificationReport.accuracy {
                let cells = row.cells.indices.filter { $0 != slice }.map { row.cells[$0] }
                if let first = cells.first, ClassificationReport.isAccuracy(cells.map { Self.number($0.text) }) {
                    try add(first, row, name: ClassificationReport.accuracy, slice: nil)
                    continue
                }
            }
            for (index, cell) in row.cells.enumerated() where index != slice {
                try add(cell, row, name: header.cells[index].text, slice: slice.map { row.cells[$0].text })
            }
        }
        return table
    }

    private func check(_ header: CSVRows.Row, _ rows: ArraySlice<CSVRows.Row>) throws(MetricProblem) {
        var seen: Set<String> = []
        for cell in header.cells where !seen.insert(cell.text).inserted {
            throw MetricProblem(
                "the column \"\(cell.text)\" is there twice: rename one of them", line: header.line, column: cell.column)
        }
        for row in rows where row.cells.count != header.cells.count {
            throw MetricProblem(
                "the row has \(row.cells.count) values, and the header \(header.cells.count)", line: row.line)
        }
    }

    private func sliceColumn(_ names: [String], _ rows: [CSVRows.Row]) -> Int? {
        guard names.count > 1 else { return nil }
        if let named = names.firstIndex(where: { Self.sliceColumns.contains($0) }) { return named }
        // Classes may be called 0 and 1.
        if Set(names.dropFirst()) == ClassificationReport.columns { return 0 }
        let first = rows.map(\.cells[0].text)
        return rows.count > 1 && first.allSatisfy { Self.number($0) == nil && !$0.isEmpty } ? 0 : nil
    }

    private mutating func add(
        _ cell: CSVRows.Cell, _ row: CSVRows.Row, name: String, slice: String?
    ) throws(MetricProblem) {
        let title = Metric.title(name, slice)
        do throws(MetricProblem) {
            guard !cell.text.isEmpty else { throw MetricProblem("the value is missing: the evaluation did not write it") }
            guard let number = Self.number(cell.text) else {
                throw MetricProblem("expected a number, found \"\(cell.text.prefix(60))\"")
            }
            try table.add(Metric(name, slice: slice, number))
        } catch {
            var problem = error
            (problem.line, problem.column, problem.key) = (row.line, cell.column, title)
            throw problem
        }
    }

    /// `nan` and `inf` are numbers here, so that the table can refuse them by their name.
    private static func number(_ text: String) -> Double? {
        guard !text.lowercased().hasPrefix("0x"), !text.lowercased().hasPrefix("-0x") else { return nil }
        return Double(text)
    }
}

/// The rows of comma-separated values, as RFC 4180 has them; semicolons and tabs separate where the first line has no comma.
enum CSVRows {
    struct Cell {
        var text: String
        /// Of the line, from 1.
        var column: Int
    }

    struct Row {
        var cells: [Cell]
        /// At which it begins, from 1.
        var line: Int
    }

    /// - Returns: the rows that are not blank.
    static func read(_ text: String, limit: Int) throws(MetricProblem) -> [Row] {
        let scalars = Array(text.unicodeScalars.first == "\u{FEFF}" ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...])
        let separator = separator(in: scalars.prefix { $0 != "\n" && $0 != "\r" })
        var rows: [Row] = []
        var index = 0
        var (line, lineStart) = (1, 0)
        while index < scalars.count {
            var row = Row(cells: [], line: line)
            while true {
                let column = index - lineStart + 1
                let content: String
                if index < scalars.count, scalars[index] == "\"" {
                    let before = (line, column)
                    guard let quoted = quoted(scalars, &index, &line, &lineStart) else {
                        throw MetricProblem("the quote is not closed", line: before.0, column: before.1)
                    }
                    content = quoted
                } else {
                    let start = index
                    while index < scalars.count, scalars[index] != separator, scalars[index] != "\n", scalars[index] != "\r" {
                        index += 1
                    }
                    content = trimmed(scalars[start..<index])
                }
                row.cells.append(Cell(text: content, column: column))
                if index < scalars.count, scalars[index] == separator {
                    index += 1
                    continue
                }
                guard index >= scalars.count || scalars[index] == "\n" || scalars[index] == "\r" else {
                    throw MetricProblem("text follows a quote that is closed", line: line, column: index - lineStart + 1)
                }
                break
            }
            if index < scalars.count, scalars[index] == "\r" { index += 1 }
            if index < scalars.count, scalars[index] == "\n" { index += 1 }
            line += 1
            lineStart = index
            if row.cells.contains(where: { !$0.text.isEmpty }) { rows.append(row) }
            guard rows.count <= limit else { throw MetricProblem("it has more than \(limit - 1) rows", line: row.line) }
        }
        return rows
    }

    private static func separator(in header: ArraySlice<Unicode.Scalar>) -> Unicode.Scalar {
        [",", ";", "\t"].first { header.contains($0) } ?? ","
    }

    private static func quoted(
        _ scalars: [Unicode.Scalar], _ index: inout Int, _ line: inout Int, _ lineStart: inout Int
    ) -> String? {
        index += 1
        var content = String.UnicodeScalarView()
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if scalar == "\"" {
                guard index < scalars.count, scalars[index] == "\"" else { return String(content) }
                index += 1
            } else if scalar == "\n" {
                line += 1
                lineStart = index
            }
            content.append(scalar)
        }
        return nil
    }

    private static func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        let isBlank: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = scalars.firstIndex(where: { !isBlank($0) }), let last = scalars.lastIndex(where: { !isBlank($0) })
        else {
            return ""
        }
        return String(String.UnicodeScalarView(scalars[first...last]))
    }
}
