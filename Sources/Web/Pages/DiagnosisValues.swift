internal import Plan
internal import Store

/// A failure that is known by name, as the page shows it at the step that failed.
enum DiagnosisValues {
    static func list(_ diagnoses: [Diagnosis], of step: Step, job: Job) -> [PageValues] {
        diagnoses.filter { $0.step == step.number }.map { diagnosis in
            [
                "step": step.number, "title": diagnosis.title, "explanation": diagnosis.explanation, "rule": diagnosis.rule,
                "findings": diagnosis.findings, "hasFindings": !diagnosis.findings.isEmpty,
                "remedies": diagnosis.remedies, "hasRemedies": !diagnosis.remedies.isEmpty,
                "evidence": Filled(diagnosis.evidence?.text), "address": address(diagnosis, of: step, job: job),
            ]
        }
    }

    /// Where the evidence is in the log.
    private static func address(_ diagnosis: Diagnosis, of step: Step, job: Job) -> String {
        guard let from = step.logFrom, let evidence = diagnosis.evidence else { return "/jobs/\(job.id)?step=\(step.number)" }
        return "/jobs/\(job.id)/byte/\(from + evidence.offset)"
    }
}

extension WebSite {
    /// Why the steps of jobs failed, by the job's id; those of a job that was taken over are those of the attempt that ran.
    func diagnoses(of jobs: [Job]) async throws -> [Int64: [Diagnosis]] {
        let failed = jobs.filter { $0.startedAt != nil && $0.conclusion != .success && $0.conclusion != .skipped }
        guard !failed.isEmpty else { return [:] }
        let found = try await store.diagnoses(ofJobs: failed.map { $0.reusedFrom ?? $0.id })
        return Dictionary(failed.map { ($0.id, found[$0.reusedFrom ?? $0.id] ?? []) }, uniquingKeysWith: { first, _ in first })
    }
}
