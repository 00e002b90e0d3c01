/// A share, as people say it: one digit after the point, and 100 only for all.
public enum PercentText {
    /// - Parameter rate: from 0 to 1.
    public static func text(_ rate: Double) -> String {
        guard rate.isFinite else { return "0" }
        let tenths = min(Int((max(rate, 0) * 1000).rounded(.down)), 1000)
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
