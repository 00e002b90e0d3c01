public import Execution
public import Plan

/// The failures that Slipway knows by name.
public struct KnownFailures: FailureAnalysis {
    /// More than this is noise.
    private static let most = 3
    /// Lines after one that is likely a sign, and no more than that.
    private static let mostAfterLikely = 40

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
        found.removeAll { hidden.contains($0.rule.name) || !isNear($0.finding.line, $0.rule.certainty, in: step.transcript) }
        found.sort { left, right in
            let ranks = [left, right].map { rank($0.finding.line, $0.rule.certainty, in: step.transcript) }
            return ranks[0] == ranks[1] ? left.rule.certainty > right.rule.certainty : ranks[0] > ranks[1]
        }
        var lines: Set<Int64> = []
        let distinct = found.filter { entry in entry.finding.line.map { lines.insert($0.offset).inserted } ?? true }
        return distinct.prefix(Self.most).map { $0.rule.diagnosis($0.finding, step: failure.step) }
    }

    /// What was said last is nearest to what ended the step: a script goes on after failures that it tolerates. What is more
    /// certain may stand further up by so many lines, since programs go on to complain of what follows from a failure.
    private func rank(_ line: FailedTranscript.Line?, _ certainty: FailureRule.Certainty, in transcript: FailedTranscript) -> Int
    {
        let lead =
            switch certainty {
            case .likely: 0
            case .certain: 20
            case .exact: 22
            }
        return (line?.index ?? transcript.lineCount) + lead
    }

    /// Whether it may have ended the step. A word that programs also use for other things has to stand near the end.
    private func isNear(
        _ line: FailedTranscript.Line?, _ certainty: FailureRule.Certainty, in transcript: FailedTranscript
    ) -> Bool {
        guard let line else { return true }
        if certainty == .likely, transcript.lineCount - line.index > Self.mostAfterLikely { return false }
        return line.index >= transcript.lastTraceback ?? 0
    }
}
