internal import Diagnostics

/// Ids of jobs and steps: letters, digits, `_` and `-`, a letter or `_` first, under 100 characters, `__` in front is
/// reserved; a step's id is there once in its job, whatever its case.
///
/// Rules: `identifier`, `duplicate-step-id`.
struct IdentifierCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for job in workflow.jobs {
            checkForm(of: job.id, kind: "job", diagnostics)
            var seen: Set<String> = []
            for id in job.steps.withInnerSteps.compactMap(\.id) {
                checkForm(of: id, kind: "step", diagnostics)
                if !seen.insert(id.value.lowercased()).inserted {
                    diagnostics.error(
                        "duplicate-step-id", "another step of \(job.label) has the id \"\(id.value)\" already",
                        at: id.range)
                }
            }
        }
    }

    private func checkForm(of id: Located<String>, kind: String, _ diagnostics: DiagnosticCollector) {
        // An empty id is reported where it is read.
        guard !id.value.isEmpty else { return }
        if !Self.isWellFormed(id.value) {
            diagnostics.error(
                "identifier",
                "\"\(id.value)\" can't be the id of a \(kind); expected letters, digits, \"_\" and \"-\" with a letter or "
                    + "\"_\" first, at most 99 in all",
                at: id.range)
        } else if id.value.hasPrefix("__") {
            diagnostics.error("identifier", "ids that start with \"__\", as \"\(id.value)\" does, are reserved", at: id.range)
        }
    }

    static func isWellFormed(_ id: String) -> Bool {
        let bytes = Array(id.utf8)
        guard let first = bytes.first, bytes.count < 100, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }
}
