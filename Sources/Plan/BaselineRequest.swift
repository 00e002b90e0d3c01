/// What a gate asks of the daemon: the metrics of another run of its repository.
public struct BaselineRequest: Codable, Equatable, Sendable {
    public enum Source: Codable, Equatable, Sendable {
        /// The run that is deployed now, in an environment or, where none is named, anywhere.
        case deployed(environment: String?)
        /// The newest run of a branch that succeeded.
        case branch(String)
        /// By its id.
        case run(Int64)
    }

    /// That of the gate; the answer goes by it.
    public var number: Int
    /// The gate's name: the metrics that a gate of this name measured are meant.
    public var gate: String
    public var source: Source

    public init(number: Int, gate: String, source: Source) {
        self.number = number
        self.gate = gate
        self.source = source
    }
}

/// The daemon's answer, a file in the job's folder.
public struct BaselineAnswer: Codable, Equatable, Sendable {
    /// What it means that there is none.
    public enum Absence: String, Codable, Sendable {
        /// There can't be one yet: conditions on it are skipped.
        case notYet
        /// There should be one: conditions on it can't be judged, and the gate fails.
        case unexpected
    }

    /// Nil where there is none.
    public var baseline: GateBaseline?
    public var metrics: [Metric]
    /// Why there is none, in a sentence.
    public var note: String?
    /// Nil where there is a baseline.
    public var absence: Absence?

    public init(baseline: GateBaseline, metrics: [Metric]) {
        self.baseline = baseline
        self.metrics = metrics
    }

    /// That there is none.
    public init(_ absence: Absence, note: String) {
        metrics = []
        self.note = note
        self.absence = absence
    }
}

extension JobFolder {
    /// Empty: says that a gate of the job has this number. What it decided is in the journal.
    public func gate(number: Int) -> String { "\(path)/gate-\(number).json" }
    /// What the daemon answered to a gate's question.
    public func baseline(number: Int) -> String { "\(path)/baseline-\(number).json" }
}
