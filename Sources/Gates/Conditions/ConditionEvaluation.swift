internal import Plan

/// Works out one condition.
///
/// Every part of it is looked at, also where an `or` is decided already: what is missing never goes unseen. Of a baseline that is not
/// there yet nothing is known, as of SQL's NULL: an `and` of which another part does not hold fails all the same.
struct ConditionEvaluation {
    /// Why there is no answer.
    enum Obstacle: Error, Equatable {
        case noBaseline
        /// A value is missing or no number.
        case broken(String)
    }

    /// One comparison, as seen from the side of this run's metrics.
    struct Finding {
        var holds: Bool
        var comparison: ConditionNode.Comparison
        var measured: ConditionNode
        var value: Double
        var threshold: Double
        /// The slice that a group's least or greatest value is of.
        var slice: String?
        var baseline: Double?
        var metric: Metric?
        /// What the baseline has of that metric, whether or not the condition names it.
        var counterpart: Double?
    }

    /// Values that are nearer than this part of them count as equal: rounding is no loss of quality.
    private static let tolerance = 1e-12

    let metrics: MetricTable
    let baseline: MetricTable?
    private(set) var findings: [Finding] = []
    /// Whether a part could not be looked at for want of a baseline.
    private(set) var lacksBaseline = false

    init(metrics: MetricTable, baseline: MetricTable?) {
        self.metrics = metrics
        self.baseline = baseline
    }

    mutating func holds(_ node: ConditionNode) throws(Obstacle) -> Bool {
        switch node {
        case .comparison(let comparison, let left, let right): return try compare(comparison, left, right)
        case .and(let left, let right):
            let first = try attempt(left)
            let second = try attempt(right)
            if first == .success(false) || second == .success(false) { return false }
            let (isFirst, isSecond) = (try first.get(), try second.get())
            return isFirst && isSecond
        case .or(let left, let right):
            let first = try attempt(left)
            let second = try attempt(right)
            if first == .success(true) || second == .success(true) { return true }
            let (isFirst, isSecond) = (try first.get(), try second.get())
            return isFirst || isSecond
        case .not(let part): return try !holds(part)
        case .number, .metric, .group, .magnitude, .negative, .arithmetic:
            throw .broken("a number stands where a comparison belongs")
        }
    }

    /// What is broken ends it at once; a baseline that is not there yet lets the other side say whether it is broken.
    private mutating func attempt(_ node: ConditionNode) throws(Obstacle) -> Result<Bool, Obstacle> {
        do throws(Obstacle) { return .success(try holds(node)) } catch {
            if case .broken = error { throw error }
            lacksBaseline = true
            return .failure(error)
        }
    }

    // MARK: - Comparing

    private mutating func compare(
        _ comparison: ConditionNode.Comparison, _ left: ConditionNode, _ right: ConditionNode
    ) throws(Obstacle) -> Bool {
        let isTurned = !left.references.contains { !$0.isBaseline } && right.references.contains { !$0.isBaseline }
        let (measured, other) = isTurned ? (right, left) : (left, right)
        let seen = isTurned ? comparison.mirrored : comparison
        let wantsMore = seen == .atLeast || seen == .above
        // The run's own values first: that they are missing is not to be hidden by a baseline that is, too.
        for side in [measured, other] {
            for reference in side.references where !reference.isBaseline { try require(reference) }
        }
        let value = try number(measured, wantsMore)
        let threshold = try number(other, wantsMore)
        let holds = Self.holds(seen, value, threshold)
        findings.append(
            Finding(
                holds: holds, comparison: seen, measured: measured, value: value, threshold: threshold,
                slice: extreme(of: measured, wantsMore), baseline: try baselineValue(measured, other, wantsMore),
                metric: ownMetric(measured), counterpart: counterpart(of: measured)))
        return holds
    }

    static func holds(_ comparison: ConditionNode.Comparison, _ left: Double, _ right: Double) -> Bool {
        let isEqual = left == right || abs(left - right) <= tolerance * max(abs(left), abs(right))
        switch comparison {
        case .atLeast: return left > right || isEqual
        case .above: return left > right && !isEqual
        case .atMost: return left < right || isEqual
        case .below: return left < right && !isEqual
        case .equal: return isEqual
        case .unequal: return !isEqual
        }
    }

    // MARK: - Numbers

    private func number(_ node: ConditionNode, _ wantsMore: Bool) throws(Obstacle) -> Double {
        switch node {
        case .number(let value): return value
        case .metric(let reference): return try metric(reference).value
        case .group(let function, let reference): return try value(of: function, try slices(reference), wantsMore)
        case .magnitude(let part): return abs(try number(part, wantsMore))
        case .negative(let part): return -(try number(part, wantsMore))
        case .arithmetic(let kind, let left, let right):
            return try work(kind, try number(left, wantsMore), try number(right, wantsMore))
        case .comparison, .and, .or, .not: throw .broken("a comparison stands where a number belongs")
        }
    }

    private func work(_ kind: ConditionNode.Arithmetic, _ left: Double, _ right: Double) throws(Obstacle) -> Double {
        let result =
            switch kind {
            case .plus: left + right
            case .minus: left - right
            case .times: left * right
            case .over: left / right
            }
        guard result.isFinite else {
            let shown = "\(NumberText.text(left)) \(kind.rawValue) \(NumberText.text(right))"
            throw .broken("\(shown) is no finite number")
        }
        return result
    }

    private func value(
        of function: ConditionNode.GroupFunction, _ slices: [Metric], _ wantsMore: Bool
    ) throws(Obstacle) -> Double {
        let values = slices.map(\.value)
        switch function {
        case .min: return values.min() ?? 0
        case .max: return values.max() ?? 0
        case .worst: return (wantsMore ? values.min() : values.max()) ?? 0
        case .mean: return try work(.over, values.reduce(0, +), Double(values.count))
        }
    }

    // MARK: - Looking up

    private func require(_ reference: MetricReference) throws(Obstacle) {
        guard metrics.metric(reference.path) == nil, metrics.group(reference.path).isEmpty else { return }
        throw .broken("there is no metric \(reference.source)\(metrics.hint(for: reference.path))")
    }

    private func table(_ reference: MetricReference) throws(Obstacle) -> MetricTable {
        guard reference.isBaseline else { return metrics }
        guard let baseline else { throw .noBaseline }
        return baseline
    }

    private func metric(_ reference: MetricReference) throws(Obstacle) -> Metric {
        let table = try table(reference)
        if let metric = table.metric(reference.path) { return metric }
        let place = reference.isBaseline ? "the baseline has no metric" : "there is no metric"
        if !table.group(reference.path).isEmpty {
            throw .broken("\(reference.source) has slices: name one of them, or use worst(\(reference.source))")
        }
        let name = reference.isBaseline ? reference.path.joined(separator: ".") : reference.source
        throw .broken("\(place) \(name)\(table.hint(for: reference.path))")
    }

    private func slices(_ reference: MetricReference) throws(Obstacle) -> [Metric] {
        let table = try table(reference)
        let slices = table.group(reference.path)
        guard slices.isEmpty else { return slices }
        let name = reference.path.joined(separator: ".")
        throw .broken(
            "\(reference.isBaseline ? "the baseline's" : "the metric") \(name) has no slices\(table.hint(for: reference.path))")
    }

    // MARK: - What the table shows

    private func ownMetric(_ node: ConditionNode) -> Metric? {
        guard case .metric(let reference) = node, !reference.isBaseline else { return nil }
        return metrics.metric(reference.path)
    }

    private func counterpart(of node: ConditionNode) -> Double? {
        guard case .metric(let reference) = node, !reference.isBaseline else { return nil }
        return baseline?.metric(reference.path)?.value
    }

    private func extreme(of node: ConditionNode, _ wantsMore: Bool) -> String? {
        guard case .group(let function, let reference) = node, function != .mean, !reference.isBaseline else { return nil }
        let slices = metrics.group(reference.path)
        let wantsLeast = function == .min || (function == .worst && wantsMore)
        let metric = wantsLeast ? slices.min { $0.value < $1.value } : slices.max { $0.value < $1.value }
        return metric.map { $0.slice ?? $0.name.split(separator: ".").last.map(String.init) ?? $0.name }
    }

    /// The part of the other side that is the baseline of what was measured.
    private func baselineValue(_ measured: ConditionNode, _ other: ConditionNode, _ wantsMore: Bool) throws(Obstacle) -> Double? {
        let parts = Self.baselineParts(of: measured) + Self.baselineParts(of: other)
        let own = measured.references.first { !$0.isBaseline }
        let part = parts.first { $0.references.first?.path == own?.path } ?? parts.first
        return try part.map { part throws(Obstacle) in try number(part, wantsMore) }
    }

    private static func baselineParts(of node: ConditionNode) -> [ConditionNode] {
        switch node {
        case .metric(let reference), .group(_, let reference): reference.isBaseline ? [node] : []
        default: node.parts.flatMap(baselineParts)
        }
    }
}
