public import Plan

/// Decides on what was measured.
public struct GateDecision: Equatable, Sendable {
    public var outcome: GateOutcome
    /// Of every condition, in their order, those that are required first.
    public var checks: [GateCheck]

    /// - Parameters:
    ///   - required: the gate fails where one of them does not hold.
    ///   - investigated: a person decides where one of them does not hold.
    ///   - baseline: nil where there is none.
    ///   - obstacle: why a condition on a baseline fails where there is none; nil: it is skipped.
    public init(
        required: [GateCondition], investigated: [GateCondition], metrics: MetricTable, baseline: MetricTable?,
        obstacle: String? = nil
    ) {
        let judge = { (condition: GateCondition, kind: GateCheck.Kind) in
            GateCheck(condition, kind, metrics: metrics, baseline: baseline, obstacle: obstacle)
        }
        checks = required.map { judge($0, .required) } + investigated.map { judge($0, .investigated) }
        let isFailed = checks.contains { $0.verdict == .broken || ($0.verdict == .failed && $0.kind == .required) }
        outcome = isFailed ? .fail : checks.contains { $0.verdict == .failed } ? .investigate : .pass
    }

    /// Of metrics that can't be read: every condition fails.
    public init(unread required: [GateCondition], investigated: [GateCondition]) {
        let fail = { (condition: GateCondition, kind: GateCheck.Kind) in
            GateCheck(condition: condition.source, kind: kind, verdict: .broken, reason: "the metrics can't be read")
        }
        checks = required.map { fail($0, .required) } + investigated.map { fail($0, .investigated) }
        outcome = .fail
    }

    /// Why it did not pass, in a sentence; nil where it did.
    public var reason: String? {
        guard outcome != .pass else { return nil }
        let culprits = checks.filter { check in
            outcome == .investigate
                ? check.verdict == .failed : check.verdict == .broken || (check.verdict == .failed && check.kind == .required)
        }
        guard let first = culprits.first else { return nil }
        let others = culprits.count > 1 ? ", and \(culprits.count - 1) more" : ""
        return (first.reason ?? "\(first.condition) does not hold") + others
    }
}

extension GateCheck {
    init(
        _ condition: GateCondition, _ kind: Kind, metrics: MetricTable, baseline: MetricTable?, obstacle: String?
    ) {
        self.init(condition: condition.source, kind: kind, verdict: .broken)
        var evaluation = ConditionEvaluation(metrics: metrics, baseline: baseline)
        do throws(ConditionEvaluation.Obstacle) {
            let holds = try evaluation.holds(condition.node)
            // That it holds without the baseline is not enough where there should be one.
            if holds, evaluation.lacksBaseline, obstacle != nil { throw .noBaseline }
            verdict = holds ? .passed : .failed
            let findings = evaluation.findings
            guard let finding = findings.first(where: { $0.holds == holds }) ?? findings.first else { return }
            take(finding, source: condition.source, isCompound: findings.count > 1)
        } catch {
            switch error {
            case .broken(let message): reason = message
            case .noBaseline:
                verdict = obstacle == nil ? .skipped : .broken
                reason = obstacle ?? "there is no baseline yet"
            }
        }
    }

    private mutating func take(_ finding: ConditionEvaluation.Finding, source: String, isCompound: Bool) {
        value = finding.value
        threshold = finding.threshold
        baseline = finding.baseline ?? finding.counterpart
        comparison = finding.comparison.rawValue
        metric = finding.metric?.name
        slice = finding.metric?.slice
        if metric == nil { subject = finding.measured.words }
        guard verdict == .failed else { return }
        let (value, threshold) = NumberText.pair(finding.value, finding.threshold)
        let name = finding.metric?.title ?? finding.measured.words
        let place = finding.slice.map { " (\($0))" } ?? ""
        let distance = finding.baseline.map { Self.distance(finding.value, $0) } ?? ""
        reason = "\(name) is \(value)\(place)\(distance), expected \(finding.comparison.rawValue) \(threshold)"
        if isCompound { reason = "\(source): \(reason ?? "")" }
    }

    private static func distance(_ value: Double, _ baseline: Double) -> String {
        let difference = value - baseline
        guard difference != 0 else { return ", as the baseline" }
        return ", \(NumberText.text(abs(difference))) \(difference < 0 ? "below" : "above") the baseline"
    }
}

extension ConditionNode {
    /// As a sentence names it.
    var words: String {
        switch self {
        case .metric(let reference): reference.source
        case .group(let function, let reference): "\(function.rawValue)(\(reference.source))"
        case .number(let value): NumberText.text(value)
        case .magnitude(let part): "abs(\(part.words))"
        case .negative(let part): "-\(part.words)"
        case .arithmetic(let kind, let left, let right): "\(left.words) \(kind.rawValue) \(right.words)"
        case .comparison, .and, .or, .not: "the condition"
        }
    }
}
