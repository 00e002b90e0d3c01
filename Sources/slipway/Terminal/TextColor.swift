/// A colour or weight on a terminal. It never carries the meaning alone: words and symbols say the same.
enum TextColor: String, Sendable {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"

    /// The text in this colour where colours are shown, else as it is.
    func applied(to text: String, isColored: Bool = Terminal.isColored) -> String {
        isColored && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    /// Without control characters: what others wrote must not command the reader's terminal.
    var printable: String {
        var output = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            output.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(output)
    }
}
