/// Renders log lines with terminal escape sequences as HTML without inline style.
///
/// Colours and styles become `span`s with classes of ``ANSIPalette/styleSheet``, and hold on from line to line until they
/// are reset. OSC 8 links become anchors if they lead to `http` or `https`. Text after a lone CR takes the place of the
/// text before it, as on a terminal, so that a progress bar shows its last state. All other escape sequences and control
/// characters are dropped; all text is escaped. Each line is complete HTML by itself.
public struct ANSIRenderer: Sendable {
    private static let longestAddress = 4096

    private var style = ANSIStyle()
    private var link: String?

    public init() {}

    /// - Parameter line: without its line end and time stamp.
    public mutating func html(line: String) -> String {
        var html = HTMLLine()
        var reader = EscapeReader(line)
        while let token = reader.next() {
            switch token {
            case .text(let scalar): html.append(scalar, style: style, link: link)
            case .carriageReturn: html.returnCarriage()
            case .style(let parameters): style.apply(parameters)
            case .operatingSystemCommand(let command): apply(command)
            case .ignored: break
            }
        }
        return html.closed()
    }

    /// OSC 8: `8;PARAMETERS;ADDRESS` starts a link, an empty address ends it.
    private mutating func apply(_ command: String) {
        let fields = command.split(separator: ";", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, fields[0] == "8" else { return }
        let address = String(fields[2])
        let scheme = address.prefix { $0 != ":" }.lowercased()
        let isWeb = (scheme == "http" || scheme == "https") && address.dropFirst(scheme.count).hasPrefix("://")
        link = isWeb && address.utf8.count <= Self.longestAddress ? address : nil
    }
}

/// One line of HTML in the making; opens and closes elements only where text needs it.
private struct HTMLLine {
    private var html = ""
    private var classes: String?
    private var style = ANSIStyle()
    private var link: String?
    private var isReturned = false

    mutating func append(_ scalar: Unicode.Scalar, style: ANSIStyle, link: String?) {
        if isReturned { self = HTMLLine() }
        if link != self.link {
            closeElements()
            self.link = link
            if let link { html += Self.anchor(to: link) }
        }
        if style != self.style { open(style) }
        Self.escape(scalar, into: &html)
    }

    mutating func returnCarriage() { isReturned = true }

    mutating func closed() -> String {
        closeElements()
        return html
    }

    private mutating func open(_ newStyle: ANSIStyle) {
        if classes != nil { html += "</span>" }
        let names = newStyle.classes
        classes = names.isEmpty ? nil : names
        if let classes { html += "<span class=\"" + classes + "\">" }
        style = newStyle
    }

    private mutating func closeElements() {
        if classes != nil { html += "</span>" }
        if link != nil { html += "</a>" }
        (classes, style, link) = (nil, ANSIStyle(), nil)
    }

    private static func anchor(to address: String) -> String {
        "<a class=\"ansi-link\" rel=\"noopener noreferrer nofollow\" href=\"" + escaped(address) + "\">"
    }

    private static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars { escape(scalar, into: &output) }
        return output
    }

    private static func escape(_ scalar: Unicode.Scalar, into output: inout String) {
        switch scalar {
        case "&": output += "&amp;"
        case "<": output += "&lt;"
        case ">": output += "&gt;"
        case "\"": output += "&quot;"
        case "'": output += "&#39;"
        default: output.unicodeScalars.append(scalar)
        }
    }
}
