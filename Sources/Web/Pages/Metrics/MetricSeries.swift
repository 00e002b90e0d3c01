internal import Plan
internal import Store

/// What is drawn in one picture: a metric, or what a condition makes of several (`worst(recall)`), run by run.
struct MetricSeries: Sendable {
    let title: String
    private(set) var points: [MetricChart.Point] = []

    /// What a condition looks at comes first, the rest follows; both in the order of the newest run.
    static func all(of history: GateHistory) -> [MetricSeries] {
        var order: [String] = []
        var found: [String: MetricSeries] = [:]
        let gates = history.points.map { Looked($0.stored.gate) }
        for gate in gates.reversed() {
            for (title, _) in gate.values where found[title] == nil {
                found[title] = MetricSeries(title: title)
                order.append(title)
            }
        }
        for (point, gate) in zip(history.points, gates) {
            for (title, value) in gate.values {
                found[title]?.points.append(
                    MetricChart.Point(
                        run: point.run.id, value: value, threshold: gate.thresholds[title], doubt: gate.doubts[title],
                        isMissed: gate.missed.contains(title), isDeployed: point.isDeployed))
            }
        }
        let judged = Set(gates.flatMap { Array($0.thresholds.keys) + Array($0.doubts.keys) })
        return (order.filter(judged.contains) + order.filter { !judged.contains($0) }).compactMap { found[$0] }
    }

    /// One gate: its values by title, and what was asked of them, of several conditions on one the first.
    private struct Looked {
        private(set) var values: [(title: String, value: Double)] = []
        private(set) var thresholds: [String: Double] = [:]
        private(set) var doubts: [String: Double] = [:]
        /// What a condition on it did not hold for.
        private(set) var missed: Set<String> = []

        init(_ gate: GateResult) {
            var composed: Set<String> = []
            for check in gate.checks {
                guard let threshold = check.threshold, let value = check.value,
                    let title = check.metric.map({ Metric.title($0, check.slice) }) ?? check.subject
                else { continue }
                switch check.kind {
                case .required: thresholds[title] = thresholds[title] ?? threshold
                case .investigated: doubts[title] = doubts[title] ?? threshold
                }
                if check.verdict == .failed { missed.insert(title) }
                if check.metric == nil, composed.insert(title).inserted { values.append((title, value)) }
            }
            values += gate.metrics.map { ($0.title, $0.value) }.filter { !composed.contains($0.0) }
        }
    }
}
