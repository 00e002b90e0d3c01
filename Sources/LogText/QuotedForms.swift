/// A secret as URLs, JSON, HTML and shells quote it: one text per dialect, duplicates included.
enum QuotedForms {
    /// Percent-encoding: RFC 3986, with lower-case digits, JavaScript's, Python's and browsers' exceptions, `+` for blanks.
    static func url(_ value: String) -> [String] {
        ["%20", "+"].flatMap { blank in
            [
                percentEncoded(value, blank: blank), percentEncoded(value, blank: blank, uppercase: false),
                percentEncoded(value, blank: blank, keeping: "!'()*"), percentEncoded(value, blank: blank, keeping: "/"),
                percentEncoded(value, blank: blank, keeping: ";,/?:@&=+$#!'()*"),
            ]
        }
    }

    private static func percentEncoded(
        _ value: String, blank: String, keeping kept: String = "", uppercase: Bool = true
    ) -> String {
        var output = ""
        for byte in value.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar == " " {
                output += blank
            } else if isWordByte(byte) || "-._~".unicodeScalars.contains(scalar) || kept.unicodeScalars.contains(scalar) {
                output.unicodeScalars.append(scalar)
            } else {
                output += "%" + hexadecimal(UInt32(byte), width: 2, uppercase: uppercase)
            }
        }
        return output
    }

    /// JSON strings: plain, pure ASCII, safe for HTML, with escaped slashes.
    static func json(_ value: String) -> [String] {
        let plain = value.unicodeScalars.map { jsonEscaped($0) }
        let ascii = value.unicodeScalars.map { scalar in
            scalar.isASCII ? jsonEscaped(scalar) : UTF16.encode(scalar).map { $0.map(unicodeEscape).joined() } ?? ""
        }
        let htmlSafe = value.unicodeScalars.map { scalar in
            "<>&'".unicodeScalars.contains(scalar) ? unicodeEscape(UInt16(scalar.value)) : jsonEscaped(scalar)
        }
        let withSlashes = value.unicodeScalars.map { $0 == "/" ? "\\/" : jsonEscaped($0) }
        let goSafe = value.unicodeScalars.map { scalar in
            "<>&".unicodeScalars.contains(scalar) ? unicodeEscape(UInt16(scalar.value)) : jsonEscaped(scalar)
        }
        return [plain, ascii, htmlSafe, withSlashes, goSafe].map { $0.joined() }
    }

    private static func jsonEscaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case "\u{8}": "\\b"
        case "\u{C}": "\\f"
        case "\0"..<" ", "\u{85}", "\u{2028}", "\u{2029}": unicodeEscape(UInt16(scalar.value))
        default: String(scalar)
        }
    }

    private static func unicodeEscape(_ unit: UInt16) -> String {
        "\\u" + hexadecimal(UInt32(unit), width: 4, uppercase: false)
    }

    /// XML and HTML: with named and numbered references for the quotes, or with the quotes as they are.
    static func markup(_ value: String) -> [String] {
        let quotes = [
            ("&quot;", "&apos;"), ("&#34;", "&#39;"), ("&quot;", "&#39;"), ("&quot;", "&#x27;"), ("&quot;", "'"), ("\"", "'"),
        ]
        return quotes.map { double, single in
            replaced(value, ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": double, "'": single])
        }
    }

    /// POSIX shells, `printf %q`, traces of `set -x`, PowerShell, GitHub's expressions and command lines.
    static func shell(_ value: String) -> [String] {
        [
            replaced(value, ["'": "'\\''"]),
            replaced(value, ["'": "'\"'\"'"]),
            replaced(value, ["'": "''"]),
            replaced(value, ["\"": "\\\""]),
            replaced(value, ["\"": "\"\""]),
            replaced(value, ["\"": "\\\"", "\\": "\\\\", "$": "\\$", "`": "\\`"]),
            replaced(value, ["\"": "`\"", "$": "`$", "`": "``"]),
            replaced(value, ["'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{1B}": "\\E"]),
            replaced(value, ["\\": "\\\\"]),
            value.unicodeScalars.map { isBareInShell($0) ? String($0) : "\\" + String($0) }.joined(),
        ]
    }

    private static func isBareInShell(_ scalar: Unicode.Scalar) -> Bool {
        guard let byte = UInt8(exactly: scalar.value), byte < 0x80 else { return true }
        return isWordByte(byte) || "_@%+=:./-".unicodeScalars.contains(scalar)
    }

    private static func replaced(_ value: String, _ replacements: [Unicode.Scalar: String]) -> String {
        var output = ""
        for scalar in value.unicodeScalars {
            if let replacement = replacements[scalar] {
                output += replacement
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func hexadecimal(_ value: UInt32, width: Int, uppercase: Bool) -> String {
        let digits = String(value, radix: 16, uppercase: uppercase)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
