/// How text looks after the SGR sequences before it (ECMA-48, section 8.3.117, and xterm's colours).
struct ANSIStyle: Sendable, Equatable {
    var isBold = false
    var isDim = false
    var isItalic = false
    var isUnderlined = false
    var isInverse = false
    var isHidden = false
    var isStruck = false
    /// From 0 to 255; nil for the log's own colour.
    var foreground: Int?
    var background: Int?

    /// The value of a `class` attribute; empty for plain text.
    var classes: String {
        var names: [String] = []
        if isBold { names.append("ansi-bold") }
        if isDim { names.append("ansi-dim") }
        if isItalic { names.append("ansi-italic") }
        if isUnderlined { names.append("ansi-underline") }
        if isStruck { names.append("ansi-strike") }
        if isHidden { names.append("ansi-hidden") }
        if isInverse {
            names.append("ansi-fg-" + (background.map { String($0) } ?? "background"))
            names.append("ansi-bg-" + (foreground.map { String($0) } ?? "foreground"))
        } else {
            if let foreground { names.append("ansi-fg-\(foreground)") }
            if let background { names.append("ansi-bg-\(background)") }
        }
        return names.joined(separator: " ")
    }

    /// Applies the parameters between `ESC [` and `m`: numbers separated by `;`, sub-parameters by `:`.
    mutating func apply(_ parameters: some StringProtocol) {
        var fields = parameters.split(separator: ";", omittingEmptySubsequences: false)[...]
        while let field = fields.popFirst() {
            let parts = field.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard let code = parts.first else {
                self = ANSIStyle()
                continue
            }
            if code == 38 || code == 48 {
                let colour = parts.count > 1 ? Self.colour(parts.dropFirst()) : Self.colour(takingFrom: &fields)
                guard let colour else { continue }
                if code == 38 { foreground = colour } else { background = colour }
            } else {
                apply(code, parts.dropFirst().first)
            }
        }
    }

    private mutating func apply(_ code: Int, _ variant: Int?) {
        switch code {
        case 0: self = ANSIStyle()
        case 1: isBold = true
        case 2: isDim = true
        case 3: isItalic = true
        case 4: isUnderlined = variant != 0
        case 7: isInverse = true
        case 8: isHidden = true
        case 9: isStruck = true
        case 21: isUnderlined = true
        case 22: (isBold, isDim) = (false, false)
        case 23: isItalic = false
        case 24: isUnderlined = false
        case 27: isInverse = false
        case 28: isHidden = false
        case 29: isStruck = false
        case 30...37: foreground = code - 30
        case 39: foreground = nil
        case 40...47: background = code - 40
        case 49: background = nil
        case 90...97: foreground = code - 90 + 8
        case 100...107: background = code - 100 + 8
        default: break
        }
    }

    /// `5;N` or `2;R;G;B`, taken out of the fields that follow.
    private static func colour(takingFrom fields: inout ArraySlice<some StringProtocol>) -> Int? {
        let kind = fields.popFirst().flatMap { Int($0) }
        let length = kind == 5 ? 1 : kind == 2 ? 3 : 0
        let values = fields.prefix(length).map { Int($0) ?? 0 }
        fields = fields.dropFirst(length)
        guard values.count == length else { return nil }
        return colour([kind ?? 0] + values)
    }

    /// `5:N`, `2:R:G:B` or, with a colour space, `2:S:R:G:B` and more.
    private static func colour(_ values: ArraySlice<Int>) -> Int? {
        let values = Array(values)
        switch values.first {
        case 5:
            return values.count > 1 && (0...255).contains(values[1]) ? values[1] : nil
        case 2:
            let channels = values.dropFirst(values.count > 4 ? 2 : 1).prefix(3).map { min(max($0, 0), 255) }
            guard channels.count == 3 else { return nil }
            return ANSIPalette.nearest(to: .init(red: channels[0], green: channels[1], blue: channels[2]))
        default:
            return nil
        }
    }
}
