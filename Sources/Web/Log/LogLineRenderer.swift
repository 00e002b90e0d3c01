internal import LogText

/// Turns lines of a stored log into the page's HTML: one element per line, escaped, coloured, with its number, its byte
/// offset and the group it is in.
struct LogLineRenderer: Sendable {
    /// What a line is, by the command at its start.
    private enum Kind: String {
        case group, endgroup, error, warning, notice, debug, command, section
    }

    private(set) var html: [UInt8] = []
    private var scanner: LineScanner
    private var colours = ANSIRenderer()
    /// While no escape was seen, a line without one can be escaped byte by byte.
    private var isPlain = true
    private var offset: Int64

    /// - Parameters:
    ///   - offset: of the first line's first byte.
    ///   - mark: the number of that line, and its group.
    init(from offset: Int64, at mark: LineIndex.Mark) {
        self.offset = offset
        scanner = LineScanner(at: mark)
    }

    /// The number of the next line.
    var line: Int { scanner.line }
    var group: Int { scanner.group }
    var position: Int64 { offset }

    /// Hands over what was rendered; colours that were on stay on.
    mutating func take() -> [UInt8] {
        defer { html = [] }
        return html
    }

    /// - Parameter bytes: whole lines; the last may lack its end.
    mutating func render(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        html.reserveCapacity(html.count + bytes.count * 2)
        let end = base + bytes.count
        var start = base
        while start < end {
            let lineEnd = LineEnds.next(from: start, to: end) ?? end
            let number = scanner.line
            let outer = scanner.group
            let next = min(lineEnd + 1, end)
            scanner.scan(UnsafeRawBufferPointer(start: start, count: next - start))
            renderLine(UnsafeRawBufferPointer(start: start, count: lineEnd - start), number: number, group: outer)
            offset += Int64(next - start)
            start = next
        }
    }

    private mutating func renderLine(_ line: UnsafeRawBufferPointer, number: Int, group: Int) {
        let stamped = Self.isStamped(line)
        var text = UnsafeRawBufferPointer(rebasing: stamped ? line[LineScanner.stampLength...] : line[...])
        let kind = Self.kind(of: &text)
        append("<div class=\"l")
        if let kind { append(" l-\(kind.rawValue)") }
        append("\" id=\"L\(number)\" data-o=\"\(offset)\"")
        if group != 0, kind != .group { append(" data-g=\"\(group)\"") }
        append("><a class=\"n\" href=\"#L\(number)\">\(number)</a>")
        if stamped {
            append("<i>")
            html.append(contentsOf: line[11..<23])
            append("</i>")
        }
        append("<span>")
        switch kind {
        case .group: appendGroupTitle(text, number: number)
        case .error, .warning, .notice, .debug:
            append("<b>\(kind?.rawValue ?? "")</b> ")
            appendText(text)
        default: appendText(text)
        }
        append("</span></div>\n")
    }

    private mutating func appendGroupTitle(_ text: UnsafeRawBufferPointer, number: Int) {
        append("<button type=\"button\" class=\"fold\" data-fold=\"\(number)\" aria-expanded=\"true\">")
        appendText(text)
        append("</button>")
    }

    private mutating func appendText(_ text: UnsafeRawBufferPointer) {
        if isPlain, !text.contains(where: { ($0 < 32 && $0 != 9) || $0 == 127 || $0 >= 128 }) {
            for byte in text { appendEscaped(byte) }
            return
        }
        if text.contains(27) { isPlain = false }
        html.append(contentsOf: colours.html(line: String(decoding: text, as: UTF8.self)).utf8)
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "&"): append("&amp;")
        case UInt8(ascii: "<"): append("&lt;")
        case UInt8(ascii: ">"): append("&gt;")
        default: html.append(byte)
        }
    }

    private mutating func append(_ text: String) { html.append(contentsOf: text.utf8) }

    /// Takes a `##[kind]` off the text's start.
    private static func kind(of text: inout UnsafeRawBufferPointer) -> Kind? {
        guard text.count > 4, text[0] == UInt8(ascii: "#"), text[1] == UInt8(ascii: "#"), text[2] == UInt8(ascii: "["),
            let end = text.prefix(16).firstIndex(of: UInt8(ascii: "]")),
            let kind = Kind(rawValue: String(decoding: text[3..<end], as: UTF8.self))
        else { return nil }
        text = UnsafeRawBufferPointer(rebasing: text[(end + 1)...])
        return kind
    }

    static func isStamped(_ line: UnsafeRawBufferPointer) -> Bool {
        line.count >= LineScanner.stampLength && line[4] == UInt8(ascii: "-") && line[10] == UInt8(ascii: "T")
            && line[13] == UInt8(ascii: ":") && line[19] == UInt8(ascii: ".") && line[27] == UInt8(ascii: "Z")
            && line[28] == UInt8(ascii: " ")
    }
}
