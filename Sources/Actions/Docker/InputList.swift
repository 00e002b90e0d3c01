/// Inputs that hold a list, one value a line, as Docker's actions read them: a value in double quotes may hold commas and
/// ends of lines.
enum InputList {
    /// - Parameter commaSeparates: whether a comma ends a value as the end of a line does.
    static func values(_ text: String?, commaSeparates: Bool = false) -> [String] {
        guard let text else { return [] }
        return records(of: text).flatMap { fields in
            commaSeparates ? fields : [fields.joined(separator: ",")]
        }.map(trimmed).filter { !$0.isEmpty }
    }

    /// One value a line, whatever is in it; what begins with `#` is a comment.
    static func lines(_ text: String?) -> [String] { values(text).filter { !$0.hasPrefix("#") } }

    /// The fields of one line of comma-separated values.
    static func fields(_ line: String) -> [String] { records(of: line).first ?? [] }

    static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// A name and what is behind its `=`; nil where there is none.
    static func pair(_ text: String) -> (name: String, value: String)? {
        guard let sign = text.firstIndex(of: "=") else { return nil }
        return (trimmed(String(text[..<sign])), String(text[text.index(after: sign)...]))
    }

    /// Lines, each of fields (RFC 4180). A quote inside of a field is part of it, and so are those of a field that only begins
    /// with a quoted part: JSON whose commas parted it comes together again as it was.
    private static func records(of text: String) -> [[String]] {
        var records: [[String]] = []
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var wasQuoted = false
        /// Before the quote.
        var indent = ""
        var rest = text[...]
        func endField() {
            fields.append(field)
            field = ""
            wasQuoted = false
        }
        while let character = rest.popFirst() {
            if isQuoted {
                guard character == "\"" else {
                    field.append(character)
                    continue
                }
                if rest.first == "\"" {
                    field.append("\"")
                    rest.removeFirst()
                } else {
                    isQuoted = false
                    if !endsField(rest) { field = "\(indent)\"\(field)\"" }
                }
            } else if character == "\"", !wasQuoted, field.isEmpty || fields.isEmpty && field.allSatisfy(\.isWhitespace) {
                indent = field
                field = ""
                isQuoted = true
                wasQuoted = true
            } else if character == "," {
                endField()
            } else if character.isNewline {
                endField()
                records.append(fields)
                fields = []
            } else {
                field.append(character)
            }
        }
        endField()
        records.append(fields)
        return records
    }

    /// Whether nothing but space follows before the next field.
    private static func endsField(_ rest: Substring) -> Bool {
        let next = rest.first { !$0.isWhitespace || $0.isNewline }
        return next.map { $0 == "," || $0.isNewline } ?? true
    }
}
