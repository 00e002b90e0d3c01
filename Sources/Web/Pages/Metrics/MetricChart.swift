internal import Plan
internal import Store

/// How a metric stood in the last runs of a branch, as a picture: a line with a point a run, the gate's thresholds, and a diamond
/// where the run was deployed. What it shows is also said in a table.
struct MetricChart: Sendable {
    struct Point: Sendable {
        let run: Int64
        let value: Double
        /// What the gate asked for in that run.
        let threshold: Double?
        /// What a person was asked about where it was missed.
        let doubt: Double?
        /// Whether a condition of the gate on it did not hold in that run.
        var isMissed = false
        let isDeployed: Bool
    }

    private static let width = 600.0
    private static let height = 160.0
    /// Room for the numbers at the right.
    private static let margin = 64.0

    let title: String
    let id: String
    let points: [Point]

    var svg: String {
        guard let low = range?.lowerBound, let high = range?.upperBound else { return "" }
        return """
            <svg class="trend metric-chart" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="group" \
            aria-labelledby="\(id)-title \(id)-text"><title id="\(id)-title">\(HTMLText.escaped(title)) of the last \(points.count) \
            runs</title><desc id="\(id)-text">\(HTMLText.escaped(words))</desc>\(grid(low, high))\
            \(line(of: \.threshold, "metric-threshold", low, high))\(line(of: \.doubt, "metric-threshold metric-doubt", low, high))\
            <polyline class="trend-line" points="\(path(low, high))"/>\(marks(low, high))</svg>
            """
    }

    /// What the picture says, for those who don't see it.
    var words: String {
        guard let first = points.first, let last = points.last else { return "" }
        let deployed =
            points.last { $0.isDeployed }.map { " Run \($0.run) is deployed, with \(NumberText.text($0.value))." } ?? ""
        let asked = last.threshold.map { " The gate's threshold is \(NumberText.text($0))." } ?? ""
        let missed = points.count(where: \.isMissed)
        let misses = missed == 0 ? "" : " \(missed) of \(points.count) runs missed what the gate asked for."
        let doubt = last.doubt.map { " A person is asked where it misses \(NumberText.text($0))." } ?? ""
        return
            "From \(NumberText.text(first.value)) in run \(first.run) to \(NumberText.text(last.value)) in run \(last.run).\(asked)\(doubt)\(misses)\(deployed)"
    }

    /// What is drawn, with some room; a line that is even has its own.
    private var range: ClosedRange<Double>? {
        let values = points.map(\.value) + points.compactMap(\.threshold) + points.compactMap(\.doubt)
        guard let low = values.min(), let high = values.max() else { return nil }
        let room = high > low ? (high - low) * 0.1 : max(abs(high) * 0.1, 0.01)
        let (from, to) = (low - room, high + room)
        return (to - from).isFinite && from < to ? from...to : nil
    }

    private func left(_ index: Int) -> Double {
        let room = Self.width - Self.margin - 16
        return points.count < 2 ? 8 + room / 2 : 8 + room * Double(index) / Double(points.count - 1)
    }

    private func top(_ value: Double, _ low: Double, _ high: Double) -> Double {
        8 + (Self.height - 16) * (1 - (value - low) / (high - low))
    }

    private func path(_ low: Double, _ high: Double) -> String {
        points.enumerated().map { "\(Self.text(left($0)) + "," + Self.text(top($1.value, low, high)))" }.joined(separator: " ")
    }

    private func grid(_ low: Double, _ high: Double) -> String {
        [low + (high - low) * 0.05, (low + high) / 2, high - (high - low) * 0.05].map { value in
            let height = Self.text(top(value, low, high))
            return """
                <line class="trend-grid" x1="0" x2="\(Int(Self.width - Self.margin))" y1="\(height)" y2="\(height)"/>\
                <text class="trend-label" x="\(Int(Self.width))" y="\(height)" dominant-baseline="middle" aria-hidden="true">\
                \(NumberText.text(Self.rounded(value)))</text>
                """
        }.joined()
    }

    /// A step a run, as the threshold may be another each time: that of the model which was deployed then.
    private func line(
        of threshold: (Point) -> Double?, _ style: String, _ low: Double, _ high: Double
    ) -> String {
        let placed = points.enumerated().compactMap { index, point in threshold(point).map { (left(index), $0) } }
        guard let first = placed.first else { return "" }
        var steps = "M\(Self.text(first.0 - 8)) \(Self.text(top(first.1, low, high)))"
        for (left, threshold) in placed { steps += "H\(Self.text(left))V\(Self.text(top(threshold, low, high)))" }
        return "<path class=\"\(style)\" d=\"\(steps)h8\"/>"
    }

    private func marks(_ low: Double, _ high: Double) -> String {
        points.enumerated().map { index, point in
            let (x, y) = (left(index), top(point.value, low, high))
            let outcome = (point.isMissed ? ", missed what the gate asked for" : "") + (point.isDeployed ? ", deployed" : "")
            let label = HTMLText.escaped("Run \(point.run): \(NumberText.text(point.value))\(outcome)")
            let missed = point.isMissed ? " metric-missed" : ""
            let shape =
                point.isDeployed
                ? "<path class=\"metric-deployed\(missed)\" d=\"M\(Self.text(x)) \(Self.text(y - 7))l7 7l-7 7l-7 -7z\"/>"
                : "<circle class=\"trend-dot\(missed)\" cx=\"\(Self.text(x))\" cy=\"\(Self.text(y))\" r=\"4\"/>"
            return
                "<a href=\"/runs/\(point.run)\" class=\"trend-run\" aria-label=\"\(label)\"><title>\(label)</title>\(shape)</a>"
        }.joined()
    }

    /// Three digits are enough at the side.
    private static func rounded(_ value: Double) -> Double {
        let scale = abs(value) >= 100 ? 1.0 : abs(value) >= 1 ? 100 : 1000
        return abs(value) < 1e-3 || abs(value) > 1e12 ? value : (value * scale).rounded() / scale
    }

    private static func text(_ number: Double) -> String {
        guard let tenths = Int(exactly: (number * 10).rounded()) else { return "0" }
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }
}
