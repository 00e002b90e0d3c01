internal import Web

/// Why a step failed, for people at a terminal.
struct DiagnosisOutline: Sendable {
    let title: String
    let explanation: String
    let findings: [String]
    let remedies: [String]
    let evidence: String?

    init(_ diagnosis: DiagnosisRepresentation) {
        title = diagnosis.title
        explanation = diagnosis.explanation
        findings = diagnosis.findings
        remedies = diagnosis.remedies
        evidence = diagnosis.evidence?.text
    }

    func text(indentation: Int) -> String {
        let margin = String(repeating: " ", count: indentation)
        var text = margin + TextColor.red.applied(to: "! \(title.printable)") + "\n"
        text += "\(margin)  \(explanation.printable)\n"
        if let evidence { text += margin + TextColor.faint.applied(to: "  > \(evidence.printable)") + "\n" }
        for finding in findings { text += "\(margin)  \(finding.printable)\n" }
        for remedy in remedies { text += "\(margin)  → \(remedy.printable)\n" }
        return text
    }
}
