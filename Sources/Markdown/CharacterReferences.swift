/// `&amp;` and its like.
enum CharacterReferences {
    /// The few that Markdown renders to, and those that hide what an address is. Others stay as they are, and are escaped
    /// when they are written again.
    private static let named: [String: Unicode.Scalar] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "colon": ":", "sol": "/",
        "num": "#", "Tab": "\t", "NewLine": "\n", "lpar": "(", "rpar": ")", "period": ".", "commat": "@",
    ]
    private static let longest = 32

    /// The text with its references resolved.
    static func resolved(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
        var output: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "&"), let end = end(of: bytes, from: index),
                let scalar = scalar(bytes[(index + 1)..<end])
            {
                output += Array(String(Character(scalar)).utf8)
                index = end + 1
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Where the reference that begins here has its semicolon; nil where none does.
    static func end(of bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        var index = start + 1
        var isNumeric = false
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: "#") {
            isNumeric = true
            index += 1
            if index < bytes.endIndex, bytes[index] | 0x20 == UInt8(ascii: "x") { index += 1 }
        }
        let first = index
        while index < bytes.endIndex, index - start < longest {
            let byte = bytes[index]
            if byte == UInt8(ascii: ";") { return index > first ? index : nil }
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            guard isDigit || isLetter && (!isNumeric || byte | 0x20 <= UInt8(ascii: "f")) else { return nil }
            index += 1
        }
        return nil
    }

    private static func scalar(_ name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard name.first == UInt8(ascii: "#") else { return named[String(decoding: name, as: UTF8.self)] }
        let digits = name.dropFirst()
        let isHexadecimal = digits.first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
        let text = String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self)
        guard let number = UInt32(text, radix: isHexadecimal ? 16 : 10) else { return nil }
        return Unicode.Scalar(number).flatMap { $0.value == 0 ? "\u{FFFD}" : $0 }
    }
}
