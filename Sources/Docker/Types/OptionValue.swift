/// Values as Docker's command line takes them.
public enum OptionValue {
    /// Bytes: `512m`, `2g`, `1024`, `1.5GB`. Units are binary.
    public static func bytes(_ text: String) -> Int64? {
        var number = text.lowercased()
        if number.hasSuffix("b") { number.removeLast() }
        if number.hasSuffix("i") { number.removeLast() }
        var factor = 1.0
        if let unit = number.last, let power = ["k": 1, "m": 2, "g": 3, "t": 4, "p": 5][String(unit)] {
            for _ in 0..<power { factor *= 1024 }
            number.removeLast()
        }
        guard let value = Double(number), value >= 0, value * factor < 9e18 else { return nil }
        return Int64(value * factor)
    }

    /// Nanoseconds: `30s`, `1m30s`, `500ms`, `0`.
    public static func nanoseconds(_ text: String) -> Int64? {
        if text == "0" { return 0 }
        let units: [(String, Double)] = [
            ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
        ]
        var rest = text[...]
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest[digits.endIndex...]
            let name = rest.prefix { $0.isLetter }
            rest = rest[name.endIndex...]
            guard let value = Double(digits), let unit = units.first(where: { $0.0 == name }) else { return nil }
            total += value * unit.1
        }
        return total < 9e18 ? Int64(total) : nil
    }

    /// As Go's command lines take them.
    public static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "t", "1": true
        case "false", "f", "0": false
        default: nil
        }
    }

    /// What is before and after the first separator.
    public static func pair(_ text: String, at separator: Character) -> (String, String?) {
        let parts = text.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], parts.count == 2 ? parts[1] : nil)
    }
}
