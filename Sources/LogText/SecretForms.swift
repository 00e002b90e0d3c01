/// The byte patterns by which one secret is recognised.
///
/// The forms and their lower bounds are those of GitHub's runner (its value encoders), and beyond them: unpadded,
/// URL-safe and wrapped Base64, hexadecimal digits, more dialects of URL, JSON, HTML and shell quoting, and the members of JSON documents.
enum SecretForms {
    /// Lines and members shorter than these are words like `{` or `dev`: to mask them would hide the log, not the secret.
    private static let shortestLine = 3
    private static let shortestMember = 4

    /// All patterns for `secret`, without duplicates; none is empty and none holds a line break.
    static func forms(of secret: String) -> Set<[UInt8]> {
        var forms: Set<[UInt8]> = []
        for value in values(of: secret) {
            forms.formUnion(Self.encodings(of: value))
        }
        return forms.filter { form in
            !form.isEmpty && !form.contains(UInt8(ascii: "\n")) && !form.contains(UInt8(ascii: "\r"))
        }
    }

    /// The secret, its lines, and the strings in it if it is JSON, with their lines.
    private static func values(of secret: String) -> Set<String> {
        var values: Set<String> = []
        if secret.contains(where: { !$0.isWhitespace }) { values.insert(secret) }
        values.formUnion(lines(of: secret))
        for member in JSONStrings.strings(in: secret) where member.utf8.count >= shortestMember {
            values.insert(member)
            values.formUnion(lines(of: member))
        }
        return values
    }

    private static func lines(of text: String) -> [String] {
        let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }
        guard lines.count > 1 || lines.first?.count != text.unicodeScalars.count else { return [] }
        return lines.flatMap { line -> [String] in
            let blank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
            let head = line.drop(while: blank)
            let tail = head.reversed().drop(while: blank).count
            let trimmed = String(String.UnicodeScalarView(head.prefix(tail)))
            let named = trimmed.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
            guard named, trimmed.utf8.count >= shortestLine else { return [] }
            return [String(line), trimmed]
        }
    }

    private static func encodings(of value: String) -> Set<[UInt8]> {
        var texts: Set<String> = [value]
        texts.formUnion(unquoted(value))
        texts.formUnion(aroundAmpersand(value))
        texts.formUnion(QuotedForms.url(value))
        texts.formUnion(QuotedForms.json(value))
        texts.formUnion(QuotedForms.markup(value))
        texts.formUnion(QuotedForms.shell(value))
        var forms = Set(texts.map { Array($0.utf8) })
        forms.formUnion(Base64Forms.forms(of: Array(value.utf8)))
        forms.formUnion(hexadecimal(value))
        return forms
    }

    /// As `xxd -p` and `hex()` print its bytes. The digits of a very short secret would hide parts of any number.
    private static func hexadecimal(_ value: String) -> [[UInt8]] {
        let bytes = Array(value.utf8)
        guard bytes.count >= shortestMember else { return [] }
        return ["0123456789abcdef", "0123456789ABCDEF"].map { digits in
            let digits = Array(digits.utf8)
            return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        }
    }

    /// The text between surrounding quotes; GitHub's runner leaves short ones alone.
    private static func unquoted(_ value: String) -> [String] {
        let quotes: [Character] = ["\"", "'"]
        guard value.count > 8, let first = value.first, quotes.contains(first), value.last == first else { return [] }
        return [String(value.dropFirst().dropLast())]
    }

    /// PowerShell prints a command that failed in pieces, coloured around an `&`; each piece of six characters or more
    /// is masked. After `&+` the first character is printed apart from the rest.
    private static func aroundAmpersand(_ value: String) -> [String] {
        let characters = Array(value.unicodeScalars)
        let plus = characters.indices.dropLast().first { characters[$0] == "&" && characters[$0 + 1] == "+" }
        let sections: [ArraySlice<Unicode.Scalar>]
        if let plus {
            sections = [characters[...(plus + 1)], characters[(plus + 2)...].dropFirst()]
        } else if let last = characters.lastIndex(of: "&") {
            sections = [characters[...last], characters[(last + 1)...]]
        } else {
            return []
        }
        return sections.filter { $0.count >= 6 }.map { String(String.UnicodeScalarView($0)) }
    }
}
