/// Why a step failed, where that is a failure known by name: what happened, what was seen of it, and what to do.
public struct Diagnosis: Codable, Equatable, Sendable {
    /// The line of the log that gave it away.
    public struct Evidence: Codable, Equatable, Sendable {
        /// Cut where it is long.
        public var text: String
        /// The line's first byte, from the first byte of the step's part of the log on.
        public var offset: Int64

        public init(text: String, offset: Int64) {
            self.text = text
            self.offset = offset
        }
    }

    /// The number of the step that failed.
    public var step: Int
    /// The rule's name: `no-space`.
    public var rule: String
    /// The failure's name, for people.
    public var title: String
    /// What happened, on what; a sentence or two.
    public var explanation: String
    /// What was looked up about it on this host, a fact each.
    public var findings: [String]
    /// What to do, the likeliest first.
    public var remedies: [String]
    /// Nil where the exit code alone tells.
    public var evidence: Evidence?

    public init(
        step: Int, rule: String, title: String, explanation: String, findings: [String] = [], remedies: [String],
        evidence: Evidence? = nil
    ) {
        self.step = step
        self.rule = rule
        self.title = title
        self.explanation = explanation
        self.findings = findings
        self.remedies = remedies
        self.evidence = evidence
    }
}
