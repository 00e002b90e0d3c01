/// One of the five fields of a cron expression: the values that it allows.
struct CronField: Sendable, Hashable {
    /// What a field may hold.
    enum Unit: Sendable, Hashable, CaseIterable {
        case minute, hour, dayOfMonth, month, dayOfWeek

        var range: ClosedRange<Int> {
            switch self {
            case .minute: 0...59
            case .hour: 0...23
            case .dayOfMonth: 1...31
            case .month: 1...12
            case .dayOfWeek: 0...6
            }
        }

        var name: String {
            switch self {
            case .minute: "minute"
            case .hour: "hour"
            case .dayOfMonth: "day of the month"
            case .month: "month"
            case .dayOfWeek: "day of the week"
            }
        }

        /// The words that may stand for numbers, from the lowest value on.
        var words: [String] {
            switch self {
            case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
            case .dayOfWeek: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
            case .minute, .hour, .dayOfMonth: []
            }
        }
    }

    let unit: Unit
    /// The allowed values as bits.
    private(set) var bits: UInt64 = 0
    /// Whether the field says "any" (`*` or `*/1`), which matters where a day may be chosen by two fields.
    let isUnrestricted: Bool

    /// - Throws: `CronError` for what GitHub refuses.
    init(parsing text: String, unit: Unit) throws(CronError) {
        self.unit = unit
        isUnrestricted = text == "*" || text == "*/1"
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            for value in try Self.values(of: String(part), unit: unit) { bits |= 1 << UInt64(value) }
        }
    }

    func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }

    var values: [Int] { unit.range.filter(contains) }

    private static func values(of part: String, unit: Unit) throws(CronError) -> [Int] {
        let pieces = part.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard pieces.count <= 2 else { throw refusal(of: part, unit, "has more than one \"/\"") }
        guard pieces.count == 2 else { return Array(try range(of: part, unit: unit)) }
        guard let step = number(pieces[1]), step > 0 else {
            throw refusal(of: part, unit, "needs a whole number above 0 after \"/\"")
        }
        let start = try range(of: pieces[0], unit: unit)
        // `20/15` counts from 20 to the end of the unit.
        let isSingle = pieces[0] != "*" && !pieces[0].contains("-")
        let end = isSingle ? unit.range.upperBound : start.upperBound
        return Array(stride(from: start.lowerBound, through: end, by: step))
    }

    private static func range(of text: String, unit: Unit) throws(CronError) -> ClosedRange<Int> {
        if text == "*" { return unit.range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard ends.count <= 2 else { throw refusal(of: text, unit, "has more than one \"-\"") }
        let first = try value(of: ends[0], in: text, unit: unit)
        guard ends.count == 2 else { return first...first }
        let last = try value(of: ends[1], in: text, unit: unit)
        guard first <= last else { throw refusal(of: text, unit, "starts after its end") }
        return first...last
    }

    private static func value(of word: String, in text: String, unit: Unit) throws(CronError) -> Int {
        if let index = unit.words.firstIndex(of: word.uppercased()) { return unit.range.lowerBound + index }
        guard let value = number(word) else {
            let words = unit.words.isEmpty ? "" : " or \(unit.words[0])-\(unit.words[unit.words.count - 1])"
            throw refusal(of: text, unit, "is not a number\(words)")
        }
        guard unit.range.contains(value) else {
            throw refusal(of: text, unit, "is outside \(unit.range.lowerBound)-\(unit.range.upperBound)")
        }
        return value
    }

    private static func number(_ text: String) -> Int? {
        let isDigits = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isDigits ? Int(text) : nil
    }

    private static func refusal(of text: String, _ unit: Unit, _ problem: String) -> CronError {
        CronError(message: "\(unit.name): \"\(text)\" \(problem)")
    }
}
