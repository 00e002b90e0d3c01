internal import Plan
internal import Store

/// How a report stood in the last runs, as a picture: a bar a run for tests, a line for coverage. What it shows is also said in
/// words, for those who don't see it.
struct TrendChart: Sendable {
    private static let width = 600.0
    private static let height = 96.0
    private static let widestBar = 26.0

    /// Oldest first.
    private let reports: [StoredReport]
    private let shown: Int64

    /// - Parameters:
    ///   - trend: newest first, as the store has it.
    ///   - shown: the report that the page is about.
    init(_ trend: [StoredReport], shown: Int64) {
        reports = trend.reversed()
        self.shown = shown
    }

    /// One report alone is no trend.
    var isEmpty: Bool { reports.count < 2 }

    var svg: String {
        guard !isEmpty else { return "" }
        let isCoverage = reports.last?.report.coverage != nil
        let id = "trend-\(shown)"
        return """
            <svg class="trend" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="group" aria-labelledby="\(id)-title \(id)-text">\
            <title id="\(id)-title">\(isCoverage ? "Coverage" : "Tests") of the last \(reports.count) runs</title>\
            <desc id="\(id)-text">\(HTMLText.escaped(words))</desc>\(isCoverage ? lines : bars)</svg>
            """
    }

    /// `Run 3: 12 passed, 1 failed. Run 4: …`
    var words: String { reports.map { "Run \($0.runID): \(ReportText.numbers($0.report))." }.joined(separator: " ") }

    private var step: Double { Self.width / Double(max(reports.count, 1)) }

    // MARK: - Tests

    private var bars: String {
        let most = Double(reports.compactMap { $0.report.tests?.total }.max() ?? 0)
        guard most > 0 else { return "" }
        let width = min(step * 0.8, Self.widestBar)
        return reports.enumerated().map { index, stored in
            guard let tests = stored.report.tests else { return "" }
            let left = step * (Double(index) + 0.5) - width / 2
            var top = Self.height - 4
            var parts = ""
            for (count, kind) in [(tests.passed, "passed"), (tests.skipped + tests.unknown, "skipped"), (tests.bad, "failed")]
            where count > 0 {
                // What failed is to be seen, however few they are.
                let height = max(Double(count) / most * (Self.height - 12), kind == "failed" ? 4 : 0)
                top -= height
                parts += Self.rectangle(kind, left: left, top: top, width: width, height: height)
            }
            return Self.link(to: stored, isShown: stored.id == shown, parts)
        }.joined()
    }

    private static func rectangle(_ kind: String, left: Double, top: Double, width: Double, height: Double) -> String {
        "<rect class=\"trend-\(kind)\" x=\"\(text(left))\" y=\"\(text(top))\" width=\"\(text(width))\" height=\"\(text(height))\"/>"
    }

    // MARK: - Coverage

    private var lines: String {
        let points = reports.enumerated().compactMap { index, stored in
            stored.report.coverage?.lineRate.map { (x: step * (Double(index) + 0.5), y: Self.level($0), stored: stored) }
        }
        let path = points.map { "\(Self.text($0.x)),\(Self.text($0.y))" }.joined(separator: " ")
        let grid = [(0.0, "0"), (0.5, "50"), (1, "100 %")].map { rate, name in
            let height = Self.text(Self.level(rate))
            return """
                <line class="trend-grid" x1="0" x2="\(Int(Self.width))" y1="\(height)" y2="\(height)"/>\
                <text class="trend-label" x="\(Int(Self.width))" y="\(Self.text(Self.level(rate) - 3))" aria-hidden="true">\(name)</text>
                """
        }.joined()
        let dots = points.map { point in
            Self.link(
                to: point.stored, isShown: point.stored.id == shown,
                "<circle class=\"trend-dot\" cx=\"\(Self.text(point.x))\" cy=\"\(Self.text(point.y))\" r=\"4\"/>")
        }.joined()
        return grid + "<polyline class=\"trend-line\" points=\"\(path)\"/>" + dots
    }

    private static func level(_ rate: Double) -> Double { 14 + (1 - rate) * (height - 22) }

    private static func link(to stored: StoredReport, isShown: Bool, _ content: String) -> String {
        let label = HTMLText.escaped("Run \(stored.runID): \(ReportText.numbers(stored.report))")
        return """
            <a href="/reports/\(stored.id)" class="trend-run\(isShown ? " trend-shown" : "")" aria-label="\(label)"><title>\(label)</title>\
            \(content)</a>
            """
    }

    /// With two digits after the point at most.
    private static func text(_ number: Double) -> String {
        let hundredths = Int((number * 100).rounded())
        return hundredths % 100 == 0 ? "\(hundredths / 100)" : "\(Double(hundredths) / 100)"
    }
}
