/// Numbers of evaluations as people read them.
public enum NumberText {
    /// At most six digits that count: `0.912346`, `1532`, `1e-07`.
    public static func text(_ value: Double) -> String {
        let size = abs(value)
        guard size > 0 else { return "0" }
        guard size >= 1e-4, size < 1e15 else { return "\(value)" }
        var (whole, power) = (0, 1.0)
        while power <= size {
            whole += 1
            power *= 10
        }
        var decimals = max(0, 6 - whole)
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        var digits = Int64((size * scale).rounded())
        while decimals > 0, digits % 10 == 0 {
            digits /= 10
            decimals -= 1
        }
        var text = String(digits)
        if decimals > 0 {
            if text.count <= decimals { text = String(repeating: "0", count: decimals + 1 - text.count) + text }
            text.insert(".", at: text.index(text.endIndex, offsetBy: -decimals))
        }
        return value < 0 ? "-\(text)" : text
    }

    /// With its sign: `+0.02`.
    public static func difference(_ value: Double) -> String { value > 0 ? "+\(text(value))" : text(value) }

    /// Two that are told apart, as far as they differ.
    public static func pair(_ first: Double, _ second: Double) -> (String, String) {
        let (left, right) = (text(first), text(second))
        return left == right && first != second ? ("\(first)", "\(second)") : (left, right)
    }
}
