public import Plan

/// Why a step failed, where that is a failure known by name.
public struct DiagnosisRepresentation: Codable, Sendable, Equatable {
    /// The line of the log that gave it away.
    public struct Evidence: Codable, Sendable, Equatable {
        public var text: String
        /// Its first byte in the job's log; null while the step's part has no place in it.
        @Nullable public var offset: Int64?
    }

    /// The rule's name: `no-space`.
    public var rule: String
    public var title: String
    public var explanation: String
    /// What was looked up on the host.
    public var findings: [String]
    /// What to do, the likeliest first.
    public var remedies: [String]
    @Nullable public var evidence: Evidence?

    public init(_ diagnosis: Diagnosis, logFrom: Int64?) {
        rule = diagnosis.rule
        title = diagnosis.title
        explanation = diagnosis.explanation
        findings = diagnosis.findings
        remedies = diagnosis.remedies
        evidence = diagnosis.evidence.map { found in
            Evidence(text: found.text, offset: logFrom.map { $0 + found.offset })
        }
    }
}
