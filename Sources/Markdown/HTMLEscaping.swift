/// Text in HTML.
enum HTMLEscaping {
    /// Character references of the author's stay, other ampersands become one.
    static func text(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 16)
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "<"): output += Array("&lt;".utf8)
            case UInt8(ascii: ">"): output += Array("&gt;".utf8)
            case UInt8(ascii: "&") where CharacterReferences.end(of: bytes[...], from: index) == nil:
                output += Array("&amp;".utf8)
            case 0..<9, 11, 12, 14..<32, 127: break
            default: output.append(byte)
            }
        }
        return output
    }

    /// A value between double quotes.
    static func attribute(_ text: String) -> String {
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): output += Array("&amp;".utf8)
            case UInt8(ascii: "<"): output += Array("&lt;".utf8)
            case UInt8(ascii: ">"): output += Array("&gt;".utf8)
            case UInt8(ascii: "\""): output += Array("&quot;".utf8)
            case UInt8(ascii: "'"): output += Array("&#39;".utf8)
            case UInt8(ascii: "`"): output += Array("&#96;".utf8)
            case 0..<9, 11..<32, 127: break
            default: output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
