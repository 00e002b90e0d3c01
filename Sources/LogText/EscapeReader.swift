/// Takes a line apart into text and the control sequences of ECMA-48. A sequence that the line does not end is dropped
/// with the rest of the line.
struct EscapeReader {
    enum Token {
        case text(Unicode.Scalar)
        case carriageReturn
        /// The parameters of SGR.
        case style(String)
        /// What stands between `ESC ]` and its end.
        case operatingSystemCommand(String)
        case ignored
    }

    private var rest: Substring.UnicodeScalarView

    init(_ line: String) {
        rest = line.unicodeScalars[...]
    }

    mutating func next() -> Token? {
        guard let scalar = rest.popFirst() else { return nil }
        switch scalar {
        case "\u{1B}": return escape()
        case "\u{9B}": return controlSequence()
        case "\u{9D}": return .operatingSystemCommand(controlString())
        case "\u{90}", "\u{98}", "\u{9E}", "\u{9F}":
            _ = controlString()
            return .ignored
        case "\r": return .carriageReturn
        case "\t": return .text(scalar)
        case "\0"..<" ", "\u{7F}"..."\u{9F}": return .ignored
        default: return .text(scalar)
        }
    }

    private mutating func escape() -> Token {
        switch rest.first {
        case "[":
            rest.removeFirst()
            return controlSequence()
        case "]":
            rest.removeFirst()
            return .operatingSystemCommand(controlString())
        case "P", "X", "^", "_":
            rest.removeFirst()
            _ = controlString()
        case .some(" "..."/"):
            rest = rest.drop { (" "..."/").contains($0) }
            if let final = rest.first, ("0"..."~").contains(final) { rest.removeFirst() }
        case .some("0"..."~"):
            rest.removeFirst()
        default:
            break
        }
        return .ignored
    }

    /// Parameters and intermediates up to the final character. A character that can't belong to it ends it unread.
    private mutating func controlSequence() -> Token {
        let parameters = rest.prefix { ("0"..."?").contains($0) }
        rest = rest.dropFirst(parameters.count)
        let intermediates = rest.prefix { (" "..."/").contains($0) }
        rest = rest.dropFirst(intermediates.count)
        guard let final = rest.first, ("@"..."~").contains(final) else { return .ignored }
        rest.removeFirst()
        let isStyle = final == "m" && intermediates.isEmpty && !parameters.contains { ("<"..."?").contains($0) }
        return isStyle ? .style(String(parameters)) : .ignored
    }

    /// Up to BEL, `ESC \` or ST.
    private mutating func controlString() -> String {
        let text = rest.prefix { $0 != "\u{7}" && $0 != "\u{1B}" && $0 != "\u{9C}" }
        rest = rest.dropFirst(text.count)
        if rest.popFirst() == "\u{1B}", rest.first == "\\" { rest.removeFirst() }
        return String(text)
    }
}
