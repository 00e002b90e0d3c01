internal import FoundationEssentials
internal import GRDB

/// Takes the columns of a row one after the other, in the order in which the statement names them: the cheapest way to
/// read one, and free of names that a statement and its reader would have to agree on.
struct ColumnReader {
    private let table: String
    private let row: Row
    private var index: Int

    init(_ row: Row, of table: String, from index: Int = 0) {
        self.table = table
        self.row = row
        self.index = index
    }

    mutating func next<Value: DatabaseValueConvertible & StatementColumnConvertible>() throws -> Value {
        defer { index += 1 }
        return try row.decode(Value.self, atIndex: index)
    }

    mutating func date() throws -> Date {
        Date(databaseSeconds: try next())
    }

    mutating func dateIfAny() throws -> Date? {
        let seconds: Double? = try next()
        return seconds.map(Date.init(databaseSeconds:))
    }

    /// A word of an enumeration.
    mutating func word<Word: RawRepresentable>() throws -> Word where Word.RawValue == String {
        let text: String = try next()
        return try word(text)
    }

    mutating func wordIfAny<Word: RawRepresentable>() throws -> Word? where Word.RawValue == String {
        let text: String? = try next()
        return try text.map { text in try word(text) }
    }

    private func word<Word: RawRepresentable>(_ text: String) throws -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: text) else {
            throw RowRefusal.undecodable(table: table, detail: "\"\(text)\" is no \(Word.self)")
        }
        return word
    }
}

extension Date {
    /// The date as the database holds it: seconds since 2001-01-01 00:00 UTC.
    var databaseSeconds: Double { timeIntervalSinceReferenceDate }

    init(databaseSeconds: Double) { self.init(timeIntervalSinceReferenceDate: databaseSeconds) }
}

extension Database {
    /// The rows of a statement that is kept prepared.
    func rows<Element>(
        _ sql: String, _ arguments: StatementArguments, decode: (Row) throws -> Element
    ) throws -> [Element] {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        var elements: [Element] = []
        while let row = try cursor.next() { elements.append(try decode(row)) }
        return elements
    }

    func row<Element>(
        _ sql: String, _ arguments: StatementArguments, decode: (Row) throws -> Element
    ) throws -> Element? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments).map(decode)
    }

    func change(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
