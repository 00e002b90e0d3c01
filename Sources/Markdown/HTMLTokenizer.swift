/// A piece of HTML as its author wrote it.
enum HTMLToken: Equatable {
    /// As written, character references and all.
    case text([UInt8])
    /// Names in lower case; values with their character references resolved. Of an attribute given twice the first counts.
    case start(name: String, attributes: [String: String])
    case end(name: String)
}

/// Cuts HTML into tags and text by the rules of the HTML standard, leaving out comments, declarations and instructions.
///
/// It need not agree with any browser about what is a tag: what was taken for text is escaped when it is written again.
struct HTMLTokenizer {
    private let bytes: [UInt8]
    private var index = 0

    init(_ html: String) { bytes = Array(html.utf8) }

    /// Nil at the end.
    mutating func next() -> HTMLToken? {
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else { return .text(text(from: index)) }
            let following = byte(index + 1)
            if isLetter(following) { if let tag = startTag() { return tag } else { continue } }
            switch following {
            case UInt8(ascii: "/") where isLetter(byte(index + 2)):
                if let tag = endTag() { return tag }
            case UInt8(ascii: "/"), UInt8(ascii: "?"):
                skip(past: [UInt8(ascii: ">")], from: index + 2)
            case UInt8(ascii: "!"):
                skipDeclaration()
            default:
                return .text(text(from: index))
            }
        }
        return nil
    }

    /// Leaves out everything up to and with the end tag of this name: what a browser takes for plain text, such as a script.
    mutating func skipContent(of name: String) {
        let closing = Array("</\(name)".utf8)
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "<"), matches(closing, at: index), isNameEnd(byte(index + closing.count)) {
                skip(past: [UInt8(ascii: ">")], from: index)
                return
            }
            index += 1
        }
    }

    // MARK: - Pieces

    /// A `<` that begins no tag is text.
    private mutating func text(from start: Int) -> [UInt8] {
        index = start + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
        return Array(bytes[start..<index])
    }

    private mutating func skipDeclaration() {
        guard matches(Array("<!--".utf8), at: index) else { return skip(past: [UInt8(ascii: ">")], from: index + 2) }
        // "<!-->" and "<!--->" are whole comments.
        if byte(index + 4) == UInt8(ascii: ">") {
            index += 5
        } else if byte(index + 4) == UInt8(ascii: "-"), byte(index + 5) == UInt8(ascii: ">") {
            index += 6
        } else {
            skip(past: Array("-->".utf8), from: index + 4)
        }
    }

    private mutating func skip(past end: [UInt8], from start: Int) {
        index = start
        while index < bytes.count {
            if matches(end, at: index) {
                index += end.count
                return
            }
            index += 1
        }
    }

    private mutating func endTag() -> HTMLToken? {
        index += 2
        let name = name()
        // Attributes of an end tag mean nothing, but a ">" in one of their values does not end it.
        guard attributes() != nil else { return nil }
        return .end(name: name)
    }

    private mutating func startTag() -> HTMLToken? {
        index += 1
        let name = name()
        return attributes().map { .start(name: name, attributes: $0) }
    }

    private mutating func name() -> String {
        let start = index
        while index < bytes.count, !isNameEnd(bytes[index]) { index += 1 }
        return lowercased(bytes[start..<index])
    }

    /// Up to and with the `>`; nil where the text ends before it.
    private mutating func attributes() -> [String: String]? {
        var found: [String: String] = [:]
        while index < bytes.count {
            let current = bytes[index]
            if current == UInt8(ascii: ">") {
                index += 1
                return found
            }
            if isSpace(current) || current == UInt8(ascii: "/") {
                index += 1
                continue
            }
            let start = index
            index += 1
            while index < bytes.count, !isNameEnd(bytes[index]), bytes[index] != UInt8(ascii: "=") { index += 1 }
            let name = lowercased(bytes[start..<index])
            guard let value = value() else { return nil }
            if found[name] == nil { found[name] = value }
        }
        return nil
    }

    /// Empty for an attribute without one; nil where the text ends in it.
    private mutating func value() -> String? {
        skipSpaces()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return "" }
        index += 1
        skipSpaces()
        guard index < bytes.count else { return nil }
        let quote = bytes[index]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            index += 1
            let start = index
            while index < bytes.count, bytes[index] != quote { index += 1 }
            guard index < bytes.count else { return nil }
            index += 1
            return CharacterReferences.resolved(bytes[start..<(index - 1)])
        }
        let start = index
        while index < bytes.count, !isSpace(bytes[index]), bytes[index] != UInt8(ascii: ">") { index += 1 }
        return CharacterReferences.resolved(bytes[start..<index])
    }

    // MARK: - Bytes

    private mutating func skipSpaces() { while index < bytes.count, isSpace(bytes[index]) { index += 1 } }

    private func byte(_ place: Int) -> UInt8 { place < bytes.count ? bytes[place] : 0 }

    private func matches(_ pattern: [UInt8], at place: Int) -> Bool {
        guard place + pattern.count <= bytes.count else { return false }
        return pattern.indices.allSatisfy { lowercase(bytes[place + $0]) == pattern[$0] }
    }

    private func lowercased(_ part: ArraySlice<UInt8>) -> String { String(decoding: part.map(lowercase), as: UTF8.self) }

    private func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 12 || byte == 13 }

    private func isNameEnd(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") || byte == 0
    }
}
