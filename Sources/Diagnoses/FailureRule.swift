internal import Execution
internal import Plan

/// How one kind of failure is known by its name: from a line of the log, or an exit code, to what happened and what to do.
struct FailureRule: Sendable {
    /// A log that the rule knows, with what it says of it: the rule's test, and the manual's sample.
    struct Example: Sendable {
        /// As commands print it.
        var log: String
        var exitCode: Int32 = 1
        /// A part of the explanation.
        var says: String
    }

    /// What a rule found.
    struct Finding {
        var explanation: String
        var findings: [String] = []
        var remedies: [String]
        var line: FailedTranscript.Line?
        /// In place of the rule's own.
        var title: String?
    }

    /// How sure a sign is. What is more certain is told first, and hides what is said of the same line.
    enum Certainty: Int, Comparable, Sendable {
        /// A word that programs also use for other things.
        case likely
        /// The failure's own message.
        case certain
        /// The message with what is needed to mend it: an action of IAM, say.
        case exact

        static func < (left: Certainty, right: Certainty) -> Bool { left.rawValue < right.rawValue }
    }

    /// Kebab case.
    let name: String
    let title: String
    /// For the manual: what is recognised.
    let signs: String
    /// For the manual: what to do.
    let remedy: String
    let certainty: Certainty
    /// Rules whose findings mean nothing beside this one's.
    var hides: [String] = []
    let examples: [Example]
    let find: @Sendable (FailedStep) -> Finding?
}

/// What a rule looks at.
struct FailedStep {
    let exitCode: Int32?
    let reason: String?
    let transcript: FailedTranscript
    let surroundings: any Surroundings
}

extension FailureRule {
    func diagnosis(_ finding: Finding, step: Int) -> Diagnosis {
        Diagnosis(
            step: step, rule: name, title: finding.title ?? title, explanation: finding.explanation,
            findings: finding.findings, remedies: finding.remedies, evidence: finding.line?.evidence)
    }
}
