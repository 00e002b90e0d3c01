/// A number of bytes as the settings write it: a whole number and a unit, `10MiB` or `1GB`.
enum ByteSize {
    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("kB", 1000), ("B", 1),
    ]

    /// Nil where the text has another form or the number is too large for `Int`.
    static func bytes(_ text: String) -> Int? {
        let digits = text.prefix(while: \.isASCIIDigit)
        let name = text[digits.endIndex...].drop { $0 == " " }
        guard let count = Int(digits), let unit = units.first(where: { $0.name == name }) else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        return overflow ? nil : bytes
    }

    /// In the greatest binary unit that divides it.
    static func text(_ bytes: Int) -> String {
        for unit in units.prefix(4) where bytes > 0 && bytes % unit.bytes == 0 { return "\(bytes / unit.bytes)\(unit.name)" }
        return "\(bytes)B"
    }
}
