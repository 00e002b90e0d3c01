extension Duration {
    private static let units: [(name: String, milliseconds: Int)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// A duration as the settings write it: whole numbers with units, the greatest first: `30s`, `1h30m`, `500ms`, `7d`.
    ///
    /// Nil where the text has another form, or the duration is over 100 years.
    public init?(settingText text: String) {
        var rest = text[...]
        var total = 0
        var previousUnit = Self.units.startIndex - 1
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix(while: \.isASCIIDigit)
            rest = rest[digits.endIndex...]
            let name = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest[name.endIndex...]
            guard let count = Int(digits), let unit = Self.units.firstIndex(where: { $0.name == name }), unit > previousUnit
            else { return nil }
            let (part, overflow) = count.multipliedReportingOverflow(by: Self.units[unit].milliseconds)
            guard !overflow, part <= 36_525 * 86_400_000 - total else { return nil }
            total += part
            previousUnit = unit
        }
        self = .milliseconds(total)
    }

    /// The shortest text that `init(settingText:)` reads as this duration, whole milliseconds given.
    public var settingText: String {
        var rest = Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
        var text = ""
        for unit in Self.units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text.isEmpty ? "0s" : text
    }
}
