internal import Plan

/// Metrics of a JSON object: each number is one, under the names on the way to it.
///
/// An object that scikit-learn's `classification_report(output_dict=True)` wrote is turned around: its `fraud.recall` is
/// `recall["fraud"]`, so that a metric's slices stand together. What pandas made of one has the accuracy beside the classes.
struct JSONMetrics {
    private var table: MetricTable
    /// Where the numbers are; empty: the whole document.
    private let within: [String]

    init(into table: MetricTable, within: [String]) {
        self.table = table
        self.within = within
    }

    mutating func read(_ bytes: [UInt8]) throws(MetricProblem) -> MetricTable {
        var scanner = JSONScanner(bytes)
        var document = try scanner.document()
        for (index, name) in within.enumerated() {
            guard case .object(let members) = document.value, let found = members.first(where: { $0.key == name }) else {
                let path = within.prefix(index + 1).joined(separator: ".")
                throw MetricProblem(
                    "there is no \"\(path)\", which \"within\" names", line: document.line, column: document.column)
            }
            document = found.value
        }
        guard case .object(let members) = document.value else {
            throw MetricProblem(
                "expected an object of names and numbers, found \(Self.words(document.value))", line: document.line,
                column: document.column)
        }
        guard !members.isEmpty else {
            throw MetricProblem("it has no metric: the evaluation wrote an empty object", line: document.line)
        }
        try add(members, path: [])
        return table
    }

    private mutating func add(_ members: [(key: String, value: PlacedJSON)], path: [String]) throws(MetricProblem) {
        let isReport = members.contains { Self.isReportRow($0.value) }
        let shared = Self.accuracy(ofColumns: members)
        if let shared { try add(shared, path: path + [ClassificationReport.accuracy]) }
        for (key, value) in members {
            if isReport, Self.isReportRow(value), case .object(let row) = value.value {
                if key == ClassificationReport.accuracy, let first = row.first?.value,
                    ClassificationReport.isAccuracy(row.map { Self.number($0.value) })
                {
                    try add(first, path: path + [key])
                    continue
                }
                for (name, number) in row {
                    let place = (path + [key, name]).joined(separator: ".")
                    try add(number, name: (path + [name]).joined(separator: "."), slice: key, at: place)
                }
            } else if shared != nil, case .object(let classes) = value.value {
                try add(classes.filter { $0.key != ClassificationReport.accuracy }, path: path + [key])
            } else {
                try add(value, path: path + [key])
            }
        }
    }

    private mutating func add(_ value: PlacedJSON, path: [String]) throws(MetricProblem) {
        if case .object(let members) = value.value { return try add(members, path: path) }
        let key = path.joined(separator: ".")
        // A key that is no plain name is that of a slice.
        if path.count > 1, let last = path.last, !Self.isName(last) {
            try add(value, name: path.dropLast().joined(separator: "."), slice: last, at: key)
        } else {
            try add(value, name: key, slice: nil, at: key)
        }
    }

    private mutating func add(_ value: PlacedJSON, name: String, slice: String?, at key: String) throws(MetricProblem) {
        guard case .number(let number) = value.value else {
            throw MetricProblem(
                "expected a number, found \(Self.words(value.value)); \(Self.remedy(value.value))", line: value.line,
                column: value.column, key: key)
        }
        do throws(MetricProblem) { try table.add(Metric(name, slice: slice, number)) } catch {
            var problem = error
            (problem.line, problem.column, problem.key) = (value.line, value.column, key)
            throw problem
        }
    }

    // MARK: - What is what

    private static func isReportRow(_ value: PlacedJSON) -> Bool {
        guard case .object(let members) = value.value else { return false }
        return isReport(members)
    }

    private static func isReport(_ members: [(key: String, value: PlacedJSON)]) -> Bool {
        let columns = ClassificationReport.columns
        return members.count == columns.count && members.allSatisfy { columns.contains($0.key) }
    }

    /// Of a report that has a member for each column: what all of them have as the accuracy; nil where it is none.
    private static func accuracy(ofColumns members: [(key: String, value: PlacedJSON)]) -> PlacedJSON? {
        guard isReport(members) else { return nil }
        let cells = members.map { member -> PlacedJSON? in
            guard case .object(let classes) = member.value.value else { return nil }
            return classes.first { $0.key == ClassificationReport.accuracy }?.value
        }
        return ClassificationReport.isAccuracy(cells.map { $0.flatMap(number) }) ? cells.first ?? nil : nil
    }

    private static func number(_ value: PlacedJSON) -> Double? {
        guard case .number(let number) = value.value else { return nil }
        return number
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, ConditionLexer.startsName(first) else { return false }
        return text.unicodeScalars.allSatisfy {
            ConditionLexer.startsName($0) || ConditionLexer.isDigit($0) || $0 == "-" || $0 == "@"
        }
    }

    private static func words(_ value: PlacedJSON.Value) -> String {
        switch value {
        case .object: "an object"
        case .array: "a list"
        case .number: "a number"
        case .notFinite(let text): text
        case .text(let text): "the text \"\(text.prefix(60))\""
        case .boolean(let value): "\(value)"
        case .null: "null"
        }
    }

    private static func remedy(_ value: PlacedJSON.Value) -> String {
        switch value {
        case .text(let text) where Double(text) != nil: "write it without the quotes"
        case .notFinite, .null: "the evaluation could not work it out: mend it there"
        default: "leave it out, or put the numbers into an object of their own and name that by \"within\""
        }
    }
}
