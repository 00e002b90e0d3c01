public import Execution
internal import Expressions
internal import FoundationEssentials
internal import Gates
internal import Glibc
internal import Plan

/// `slipway/gate`: decides by what an evaluation measured whether the pipeline goes on.
///
/// Inputs: `metrics`, files or patterns, one a line; `format`, by the files' names unless said; `within`, where in JSON the
/// numbers are; `name`; `conditions` and `investigate`, one a line; `baseline` and `environment`; `require-baseline`; `override`,
/// `approvers`, `answer-within-days`. Outputs: `outcome`, `table`, `metrics` (JSON), and each metric by its name.
public struct GateAction: BuiltinAction {
    public static let names = ["slipway/gate"]

    private static let mostProblems = 20

    /// Seconds that the daemon has to tell the baseline.
    private let patience: Double

    public init() { self.init(patience: GateBaselineSource.patience) }

    package init(patience: Double) { self.patience = patience }

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let inputs = try GateInputs(invocation)
        let files = try GateFiles(invocation, inputs)
        let number = try Self.nextNumber(in: invocation.assignment.folder)
        var table = MetricTable()
        let problems = try files.readAll(into: &table)
        var gate = GateResult(
            number: number, name: inputs.name, outcome: .fail, checks: [], metrics: table.metrics, createdAt: Date())
        guard problems.isEmpty else {
            gate.notes = problems.prefix(Self.mostProblems).map(\.description)
            gate.checks = GateDecision(unread: inputs.required, investigated: inputs.investigated).checks
            let others = problems.count > 1 ? ", and \(problems.count - 1) more" : ""
            let reason = problems.first.map { $0.description + others }
            return finish(gate.masked(invocation.masked), reason: reason, problems, judged: [], inputs, invocation)
        }
        guard !inputs.onlyRecords else { return record(gate.masked(invocation.masked), inputs, invocation) }
        let found = try GateBaselineSource(
            invocation: invocation, inputs: inputs, number: number, patience: patience
        ).find(files)
        let decision = GateDecision(
            required: inputs.required, investigated: inputs.investigated, metrics: table, baseline: found.metrics,
            obstacle: Self.obstacle(inputs, found))
        (gate.outcome, gate.checks, gate.baseline) = (decision.outcome, decision.checks, found.baseline)
        if let note = found.note { gate.notes.append(note) }
        gate = gate.masked(invocation.masked)
        // A baseline's file that no condition needs is a remark.
        let needed = gate.outcome == .fail ? [found.problem].compactMap(\.self) : []
        return finish(gate, reason: decision.reason, needed, judged: gate.checks, inputs, invocation)
    }

    /// A gate without conditions keeps what was measured. Where that is nothing, something is wrong with the files.
    private func record(_ measured: GateResult, _ inputs: GateInputs, _ invocation: ActionInvocation) -> ActionResult {
        var gate = measured
        guard gate.metrics.isEmpty else {
            gate.outcome = .pass
            return finish(gate, reason: nil, [], judged: [], inputs, invocation)
        }
        let reason = "the files of \"metrics\" hold no number"
        gate.notes.append(reason)
        return finish(gate, reason: reason, [], judged: [], inputs, invocation)
    }

    /// Why conditions on a baseline that is not there fail; nil: they are skipped.
    private static func obstacle(_ inputs: GateInputs, _ found: GateBaselineSource.Found) -> String? {
        if found.isMissed { return found.note ?? "there is no baseline" }
        return inputs.requiresBaseline ? "there is no baseline, and the gate requires one" : nil
    }

    // MARK: - The end

    /// - Parameters:
    ///   - problems: those of files.
    ///   - judged: conditions that say themselves why they fail.
    private func finish(
        _ gate: GateResult, reason: String?, _ problems: [MetricProblem], judged: [GateCheck], _ inputs: GateInputs,
        _ invocation: ActionInvocation
    ) -> ActionResult {
        invocation.tellGate(gate)
        tell(gate, invocation)
        var result = ActionResult()
        result.summary = gate.markdown
        result.outputs = Self.outputs(of: gate)
        result.annotations = problems.prefix(Self.mostProblems).map {
            Annotation(
                level: .error, message: $0.message, title: "Gate \(inputs.name)", file: $0.file, line: $0.line, column: $0.column)
        }
        let file = inputs.patterns.count == 1 ? inputs.patterns.first : nil
        for check in judged where check.verdict == .failed || check.verdict == .broken {
            let isLooked = check.kind == .investigated && check.verdict == .failed
            result.annotations.append(
                Annotation(
                    level: isLooked ? .warning : .error, message: "\(check.condition): \(check.reason ?? "it does not hold")",
                    title: "Gate \(inputs.name)", file: file.flatMap { $0.contains("*") ? nil : $0 }))
        }
        for note in gate.notes where gate.outcome != .fail {
            result.annotations.append(Annotation(level: .notice, message: note, title: "Gate \(inputs.name)"))
        }
        guard gate.outcome != .pass else { return result }
        let words = invocation.masked(reason ?? "a condition does not hold")
        let isLooked = gate.outcome == .investigate
        result.failure = ActionFailure(
            isLooked ? "\(inputs.title) waits for a person: \(words)" : "\(inputs.title) failed: \(words)")
        if isLooked || inputs.isOverridable {
            result.review = GateReview(
                kind: isLooked ? .investigation : .override, message: words, approvers: inputs.approvers, timeout: inputs.timeout)
        }
        return result
    }

    private func tell(_ gate: GateResult, _ invocation: ActionInvocation) {
        if gate.isRecord {
            for metric in gate.metrics { invocation.log("\(metric.title): \(NumberText.text(metric.value))") }
        }
        if let baseline = gate.baseline { invocation.log("Baseline: \(baseline.words)") }
        for note in gate.notes { invocation.log(gate.outcome == .fail ? "##[error]\(note)" : "##[notice]\(note)") }
        for check in gate.checks {
            let value = check.value.map { " (\(NumberText.text($0)))" } ?? ""
            invocation.log("\(check.condition)\(value): \(check.verdictWords)")
        }
    }

    private static func outputs(of gate: GateResult) -> ExpressionObject {
        var outputs = ExpressionObject()
        var all = ExpressionObject()
        for metric in gate.metrics {
            outputs[metric.title] = .string("\(metric.value)")
            all[metric.title] = .number(metric.value)
        }
        outputs["outcome"] = .string(gate.outcome.rawValue)
        outputs["table"] = .string(gate.markdown)
        outputs["metrics"] = .string(ExpressionValue.object(all).jsonText())
        return outputs
    }

    /// A number that no gate of the job has yet; it is taken by the call. Steps beside each other may ask at the same time.
    /// One that may be another gate's would lose what this one measured, and read the other's baseline.
    private static func nextNumber(in folder: JobFolder) throws(ActionFailure) -> Int {
        for number in 1..<10_000 {
            let descriptor = open(folder.gate(number: number), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
            if descriptor >= 0 {
                close(descriptor)
                return number
            }
            guard errno == EEXIST else {
                throw ActionFailure("can't take a number for the gate: \(String(cString: strerror(errno)))")
            }
        }
        throw ActionFailure("the job has too many gates: one has less than 10000")
    }
}

extension GateResult {
    /// What a stranger may read of it.
    fileprivate func masked(_ masked: (String) -> String) -> GateResult {
        var gate = self
        gate.name = masked(name)
        if let baseline { gate.baseline?.words = masked(baseline.words) }
        gate.notes = notes.map(masked)
        gate.metrics = metrics.map { Metric(masked($0.name), slice: $0.slice.map(masked), $0.value) }
        for index in gate.checks.indices {
            gate.checks[index].condition = masked(gate.checks[index].condition)
            gate.checks[index].subject = gate.checks[index].subject.map(masked)
            gate.checks[index].metric = gate.checks[index].metric.map(masked)
            gate.checks[index].slice = gate.checks[index].slice.map(masked)
            gate.checks[index].reason = gate.checks[index].reason.map(masked)
        }
        return gate
    }
}
