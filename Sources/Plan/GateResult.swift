public import FoundationEssentials

/// What a gate decided.
public enum GateOutcome: String, Codable, Sendable, CaseIterable {
    case pass
    case fail
    /// A person decides.
    case investigate
}

/// One condition of a gate, and whether it holds.
public struct GateCheck: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
        /// The gate fails where it does not hold.
        case required
        /// A person decides where it does not hold.
        case investigated
    }

    public enum Verdict: String, Codable, Sendable {
        case passed
        case failed
        /// It compares with a baseline, and there is none yet.
        case skipped
        /// A value is missing, or is no number. The gate fails.
        case broken
    }

    /// As it is written.
    public var condition: String
    public var kind: Kind
    public var verdict: Verdict
    /// What it is about, where that is one metric.
    public var metric: String?
    public var slice: String?
    /// What is compared where that is no single metric: `worst(recall)`.
    public var subject: String?
    /// `>=` and the like, as seen from the metric.
    public var comparison: String?
    public var value: Double?
    /// What the value is compared with.
    public var threshold: Double?
    /// The same metric of the baseline, where the condition names it.
    public var baseline: Double?
    /// Why it does not hold, or was skipped, in a sentence.
    public var reason: String?

    public init(
        condition: String, kind: Kind, verdict: Verdict, metric: String? = nil, slice: String? = nil,
        subject: String? = nil, comparison: String? = nil, value: Double? = nil, threshold: Double? = nil,
        baseline: Double? = nil, reason: String? = nil
    ) {
        self.condition = condition
        self.kind = kind
        self.verdict = verdict
        self.metric = metric
        self.slice = slice
        self.subject = subject
        self.comparison = comparison
        self.value = value
        self.threshold = threshold
        self.baseline = baseline
        self.reason = reason
    }

    /// The verdict for people, behind a sign for it.
    public var verdictWord: String {
        switch verdict {
        case .passed: "✔ holds"
        case .failed: kind == .required ? "✘ fails" : "? a person decides"
        case .skipped: "– skipped"
        case .broken: "✘ fails"
        }
    }

    /// How far the value is above the baseline; nil where no number says it.
    public var difference: Double? { Metric.difference(value, baseline) }
}

/// What a gate compared with.
public struct GateBaseline: Codable, Equatable, Sendable {
    /// In words: "what is deployed in production".
    public var words: String
    /// Nil for a file.
    public var run: Int64?
    public var commit: String?

    public init(words: String, run: Int64? = nil, commit: String? = nil) {
        self.words = words
        self.run = run
        self.commit = commit
    }
}

/// What a gate measured and decided.
public struct GateResult: Codable, Equatable, Sendable {
    /// Of the gates of its job, from 1.
    public var number: Int
    /// By which it is compared with the same gate of other runs.
    public var name: String
    public var outcome: GateOutcome
    public var checks: [GateCheck]
    public var metrics: [Metric]
    /// Nil: there is none, or none was asked for.
    public var baseline: GateBaseline?
    /// What is to be said besides: that there is no baseline yet, that a file can't be read.
    public var notes: [String]
    public var createdAt: Date

    public init(
        number: Int, name: String, outcome: GateOutcome, checks: [GateCheck], metrics: [Metric], baseline: GateBaseline? = nil,
        notes: [String] = [], createdAt: Date
    ) {
        self.number = number
        self.name = name
        self.outcome = outcome
        self.checks = checks
        self.metrics = metrics
        self.baseline = baseline
        self.notes = notes
        self.createdAt = createdAt
    }

    /// Whether it kept what was measured, and asked nothing of it.
    public var isRecord: Bool { outcome == .pass && checks.isEmpty }
}
