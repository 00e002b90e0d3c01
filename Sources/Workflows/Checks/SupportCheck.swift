internal import Diagnostics

/// Says what this version ignores, and what it refuses to run. Rules: `ignored` and `unsupported`, both warnings.
struct SupportCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        diagnostics.append(contentsOf: workflow.remarks.map(\.diagnostic))
    }
}

/// Something in a file that this version does not do.
struct SupportRemark: Sendable {
    let diagnostic: Diagnostic
    /// The job that can't run for it; nil where a run goes on without it.
    let blockedJob: String?

    static func all(on workflow: Workflow) -> [SupportRemark] {
        var collector = SupportRemarkCollector(file: workflow.path)
        for key in workflow.keys { collector.note(key) }
        for part in workflow.unsupported { collector.note(part, jobs: part.job.map { [$0] } ?? workflow.jobs.map(\.id.value)) }
        for shell in workflow.shells { collector.note(shell: shell, of: workflow) }
        for job in workflow.jobs { collector.note(job, mayBeLeftOut: workflow.mayLeaveOut(job)) }
        return collector.remarks
    }
}

/// Collects the remarks on one file.
private struct SupportRemarkCollector {
    let file: String
    private(set) var remarks: [SupportRemark] = []

    init(file: String) {
        self.file = file
    }

    mutating func note(_ key: WorkflowKey) {
        let status = LanguageSupport.status(of: key.key)
        guard status != .supported else { return }
        let name = key.key.split(separator: ".").last.map(String.init) ?? key.key
        switch status {
        case .supported: return
        case .ignored(let reason): add("ignored", "\"\(name)\" is ignored: \(reason)", at: key.range, job: nil)
        case .unsupported(let reason):
            add("unsupported", "\"\(name)\" is not supported: \(reason)", at: key.range, job: key.job)
        }
    }

    mutating func note(_ part: UnsupportedPart, jobs: [String]) {
        for job in jobs { add("unsupported", part.message, at: part.range, job: job) }
    }

    mutating func note(_ job: WorkflowJob, mayBeLeftOut: Bool) {
        for label in job.runsOn?.labels ?? [] { note(label: label) }
        let mayPass = mayBeLeftOut || job.continueOnError != nil
        for step in job.steps.withInnerSteps {
            note(step, blocks: mayPass || step.condition != nil || step.continueOnError != nil ? nil : job)
        }
    }

    /// - Parameter job: the step's job; nil where the step may never run, or may fail: that is no obstacle.
    private mutating func note(_ step: WorkflowStep, blocks job: WorkflowJob?) {
        guard case .action(let call) = step.work else { return }
        for problem in RefusedBuildInputs.problems(of: call) {
            add("unsupported", problem.message, at: problem.range, job: job?.id.value)
        }
    }

    mutating func note(shell: WorkflowText, of workflow: Workflow) {
        guard LanguageSupport.foreignShells.contains(shell.source.lowercased()) else { return }
        let jobs = shell.job.map { [$0] } ?? workflow.jobs.map(\.id.value)
        for job in jobs {
            add(
                "unsupported", "the shell \"\(shell.source)\" exists on Windows only; jobs run on Linux", at: shell.range,
                job: job)
        }
    }

    /// No obstacle: the settings may map the label to an image, and the job is refused by itself where they don't.
    private mutating func note(label: WorkflowText) {
        let name = label.source.lowercased()
        guard label.isLiteral else { return }
        for system in ["windows", "macos"] where name == system || name.hasPrefix("\(system)-") {
            add(
                "unsupported", "\"\(label.source)\" asks for another system: jobs run on Linux, where the settings map no label",
                at: label.range, job: nil)
        }
    }

    private mutating func add(_ rule: String, _ message: String, at range: SourceRange, job: String?) {
        let diagnostic = Diagnostic(severity: .warning, rule: rule, message: message, file: file, range: range)
        remarks.append(SupportRemark(diagnostic: diagnostic, blockedJob: job))
    }
}

extension Workflow {
    /// Whether a job may not run at all: it, or one that it needs, has a condition, or the job that calls the file may have one.
    fileprivate func mayLeaveOut(_ job: WorkflowJob) -> Bool {
        guard trigger("workflow_call") == nil else { return true }
        var (seen, open): (Set<String>, [WorkflowJob]) = ([], [job])
        while let next = open.popLast() {
            guard next.condition == nil else { return true }
            guard seen.insert(next.id.value).inserted else { continue }
            let needed = Set(next.needs.map { $0.value.lowercased() })
            open += jobs.filter { needed.contains($0.id.value.lowercased()) }
        }
        return false
    }
}
