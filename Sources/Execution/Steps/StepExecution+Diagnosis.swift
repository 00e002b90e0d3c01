internal import Plan

extension StepExecution {
    /// Looks for the names of the failure that the step ended with, and tells them. What commands before the failed one printed
    /// is no sign of it.
    func diagnose(_ end: StepEnd) throws(ExecutionError) {
        guard end.outcome == .failure else { return }
        let failure = StepFailure(
            step: number, exitCode: end.exitCode, reason: end.reason, log: log.excerpt(of: end.output),
            assignment: site.assignment, folders: site.workplace.folders)
        try site.journal.append(site.analysis.diagnoses(of: failure), hiding: log)
    }

    /// Warns of what is sure to make a shell text fail that is about to run.
    func lookAhead(_ text: String, place: () -> ShellPlace?) throws(ExecutionError) {
        for failure in site.analysis.foreseen(in: text, folders: site.workplace.folders, place: place) {
            for line in failure.message.split(separator: "\n") { log.write("##[warning]\(line)") }
            try annotate(Annotation(level: .warning, message: failure.message, title: failure.title))
        }
    }
}

extension JobWalker {
    /// The same for one of the steps before and after those of the file.
    func diagnose(step number: Int, reason: String) throws(ExecutionError) {
        let failure = StepFailure(
            step: number, reason: reason, log: log.excerpt(), assignment: assignment, folders: site?.workplace.folders)
        try journal.append(parts.analysis.diagnoses(of: failure), hiding: log)
    }
}

extension JournalWriter {
    /// Each diagnosis, and an annotation with its gist.
    fileprivate func append(_ diagnoses: [Diagnosis], hiding log: JobLog) throws(ExecutionError) {
        for diagnosis in diagnoses.map({ $0.masked(by: log) }) {
            try append(.diagnosis(diagnosis))
            let text = ([diagnosis.explanation] + diagnosis.findings + diagnosis.remedies.prefix(1)).joined(separator: "\n")
            try append(.annotation(Annotation(level: .error, message: text, title: diagnosis.title, step: diagnosis.step)))
        }
    }
}

extension Diagnosis {
    fileprivate func masked(by log: JobLog) -> Diagnosis {
        var masked = self
        masked.explanation = log.masked(explanation)
        masked.findings = findings.map(log.masked)
        masked.remedies = remedies.map(log.masked)
        masked.evidence?.text = log.masked(evidence?.text ?? "")
        return masked
    }
}
