internal import Web

/// A run with its jobs and their steps, for people.
struct RunOutline: Sendable {
    let run: RunRepresentation
    /// Of the jobs that are shown.
    var annotations: [AnnotationRepresentation] = []

    var text: String { head + jobs + remarksOfSteps + remarks }

    private var head: String {
        let status = StatusText.text(status: run.status, conclusion: run.conclusion, turn: run.waitingFor)
        let title = TextColor.bold.applied(to: "Run \(run.id)")
        var table = TextTable(indentation: 2)
        func add(_ label: String, _ value: String) {
            if !value.isEmpty { table.add([TextTable.Cell(label, .faint), TextTable.Cell(value)]) }
        }
        add("repository", run.repository)
        add("workflow", run.workflow == run.workflowPath ? run.workflow : "\(run.workflow) (\(run.workflowPath))")
        add("title", run.title)
        add("event", "\(run.event) of \(run.branch ?? run.ref) at \(run.commit.prefix(12)) by \(run.actor)")
        add("attempt", attempt)
        add("why again", run.attemptReason ?? "")
        for input in run.inputs ?? [] { add("input", "\(input.name) = \(input.value)") }
        add("created", LocalTime.text(run.createdAt))
        add("started", LocalTime.text(run.startedAt))
        add("finished", LocalTime.text(run.finishedAt))
        add("time", LocalTime.duration(from: run.startedAt, to: run.finishedAt))
        add("reason", run.reason ?? "")
        return "\(title)  \(status)\n" + table.text()
    }

    private var attempt: String {
        guard let newest = run.attempts, newest > 1 else { return run.attempt > 1 ? String(run.attempt) : "" }
        return "\(run.attempt) of \(newest)"
    }

    private var jobs: String {
        guard let jobs = run.jobs, !jobs.isEmpty else { return "" }
        return "\n" + TextColor.bold.applied(to: "Jobs") + "\n" + inOrder(jobs, calledBy: nil).joined()
    }

    /// The jobs of a called workflow stand below the one that calls it.
    private func inOrder(_ jobs: [JobRepresentation], calledBy caller: String?) -> [String] {
        let known = Set(jobs.map(\.id))
        return jobs.filter { caller == nil ? $0.callerId.map { !known.contains($0) } ?? true : $0.callerId == caller }
            .flatMap { [job($0)] + inOrder(jobs, calledBy: $0.id) }
    }

    private func job(_ job: JobRepresentation) -> String {
        let name = job.name == job.key ? job.key : "\(job.key) \"\(job.name)\""
        var head = [
            StatusText.text(status: job.status, conclusion: job.conclusion), TextColor.bold.applied(to: name.printable),
            TextColor.faint.applied(to: "job \(job.id)"),
        ]
        if job.attempt > 1 { head.append(TextColor.faint.applied(to: "attempt \(job.attempt)")) }
        if let original = job.reusedFrom { head.append(TextColor.faint.applied(to: "taken over from job \(original)")) }
        head.append(LocalTime.duration(from: job.startedAt, to: job.finishedAt))
        var text = "  " + head.filter { !$0.isEmpty }.joined(separator: "  ") + "\n"
        if let pause = job.pause {
            text +=
                "      stands still after \"\(pause.step.printable)\" failed, until \(LocalTime.text(pause.until)): "
                + "slipway shell \(job.runId) \(job.id)\n"
        }
        if let reason = job.reason { text += "      \(reason.printable)\n" }
        for entry in job.tries ?? [] {
            text += "      before it: job \(entry.id), \(StatusText.text(status: "completed", conclusion: entry.conclusion))"
            text += (entry.successor.map { ", then: \($0.printable)" } ?? "") + "\n"
        }
        return text + steps(job.steps)
    }

    private func steps(_ steps: [StepRepresentation]) -> String {
        var table = TextTable(indentation: 6)
        for step in steps {
            var remark = step.reason ?? ""
            if let code = step.exitCode, code != 0, !remark.contains(String(code)) {
                remark = "exit status \(code)" + (remark.isEmpty ? "" : ": \(remark)")
            }
            if step.outcome != step.conclusion, let outcome = step.outcome {
                remark = "outcome \(outcome)" + (remark.isEmpty ? "" : ", \(remark)")
            }
            table.add([
                TextTable.Cell(String(step.number), .faint), StatusText.cell(status: step.status, conclusion: step.conclusion),
                TextTable.Cell(step.name), TextTable.Cell(LocalTime.duration(from: step.startedAt, to: step.finishedAt)),
                TextTable.Cell(remark),
            ])
        }
        let diagnoses = steps.flatMap { $0.diagnoses ?? [] }
        return table.text() + diagnoses.map { DiagnosisOutline($0).text(indentation: 6) }.joined()
    }

    private var remarks: String {
        let lines = diagnostics
        return lines.isEmpty ? "" : "\n" + TextColor.bold.applied(to: "Pipeline file") + "\n" + lines.joined()
    }

    /// What is to be said of the pipeline file, a line each.
    var diagnostics: [String] {
        (run.diagnostics ?? []).map { diagnostic in
            let color: TextColor = diagnostic.severity == "error" ? .red : .yellow
            return "  \(diagnostic.file.printable):\(diagnostic.line):\(diagnostic.column): "
                + "\(color.applied(to: diagnostic.severity)): \(diagnostic.message.printable) [\(diagnostic.rule)]\n"
        }
    }

    /// What its steps remarked, the jobs by name.
    private var remarksOfSteps: String {
        guard !annotations.isEmpty else { return "" }
        let names = Dictionary((run.jobs ?? []).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let lines = annotations.map { annotation in
            let color: TextColor? = annotation.level == "error" ? .red : annotation.level == "warning" ? .yellow : nil
            let level = color?.applied(to: annotation.level.printable) ?? annotation.level.printable
            let place = annotation.file.map { file in
                ([file.printable] + [annotation.line, annotation.column].compactMap { $0.map { String($0) } }).joined(
                    separator: ":") + ": "
            }
            let job = annotation.job.flatMap { names[$0] }.map { " (\($0.printable))" } ?? ""
            let title = annotation.title.map { "\($0.printable): " } ?? ""
            return "  \(place ?? "")\(level): \(title)\(annotation.message.printable)\(job)\n"
        }
        return "\n" + TextColor.bold.applied(to: "Annotations") + "\n" + lines.joined()
    }
}
