/// Rows in aligned columns, for people.
struct TextTable: Sendable {
    struct Cell: Sendable, ExpressibleByStringLiteral {
        let text: String
        let color: TextColor?

        init(_ text: String, _ color: TextColor? = nil) {
            self.text = text.printable
            self.color = color
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    /// Nil leaves the heading out.
    private let heading: [String]?
    private var rows: [[Cell]] = []
    private let indentation: String

    init(_ heading: [String]? = nil, indentation: Int = 0) {
        self.heading = heading
        self.indentation = String(repeating: " ", count: indentation)
    }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ row: [Cell]) { rows.append(row) }

    /// One line for each row, each with its end.
    func text(isColored: Bool = Terminal.isColored) -> String {
        let all = [heading?.map { Cell($0, .faint) }].compactMap(\.self) + rows
        let columns = all.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            all.map { $0.indices.contains(column) ? $0[column].text.count : 0 }.max() ?? 0
        }
        return all.map { line(of: $0, widths: widths, isColored: isColored) }.joined()
    }

    private func line(of row: [Cell], widths: [Int], isColored: Bool) -> String {
        let last = row.lastIndex { !$0.text.isEmpty } ?? 0
        var line = indentation
        for (column, cell) in row.enumerated() where column <= last {
            line += cell.color?.applied(to: cell.text, isColored: isColored) ?? cell.text
            if column < last { line += String(repeating: " ", count: widths[column] - cell.text.count + 2) }
        }
        return line + "\n"
    }
}
