public import Execution
public import Plan

/// The failures that Slipway knows by name.
public struct KnownFailures: FailureAnalysis {
    /// More than this is noise.
    private static let most = 3

    private let rules: [FailureRule]
    private let surroundings: @Sendable (StepFailure) -> any Surroundings

    public init() {
        self.init(rules: FailureRule.all) { HostSurroundings($0) }
    }

    init(rules: [FailureRule], surroundings: @escaping @Sendable (StepFailure) -> any Surroundings) {
        self.rules = rules
        self.surroundings = surroundings
    }

    public func diagnoses(of failure: StepFailure) -> [Diagnosis] {
        let step = FailedStep(
            exitCode: failure.exitCode, reason: failure.reason, transcript: FailedTranscript(failure.log),
            surroundings: surroundings(failure))
        var found = rules.compactMap { rule in rule.find(step).map { (rule: rule, finding: $0) } }
        let hidden = Set(found.flatMap(\.rule.hides))
        found.removeAll { hidden.contains($0.rule.name) }
        found.sort { left, right in
            if left.rule.certainty != right.rule.certainty { return left.rule.certainty > right.rule.certainty }
            // What was said last is nearer to what ended the step.
            return (left.finding.line?.offset ?? 0) > (right.finding.line?.offset ?? 0)
        }
        var lines: Set<Int64> = []
        let distinct = found.filter { entry in entry.finding.line.map { lines.insert($0.offset).inserted } ?? true }
        return distinct.prefix(Self.most).map { $0.rule.diagnosis($0.finding, step: failure.step) }
    }
}
