internal import Diagnostics
internal import Gates
internal import YAML

/// What `slipway/gate` is given can be read, as far as it has no expressions: those are known when the step runs only. Rule:
/// `gate-condition`. Two warnings: `gate-order`, that steps after a gate that a person decides about do not run; `gate-tolerated`,
/// that `continue-on-error` has what needs the gate go on where it fails.
struct GateConditionCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for job in workflow.jobs {
            var hasGate = false
            for (index, step) in job.steps.enumerated() {
                for part in [step] + Self.parts(of: step) {
                    guard case .action(let action) = part.work, Self.isGate(action) else { continue }
                    hasGate = true
                    checkInputs(of: action, diagnostics)
                    checkTolerance(of: part.continueOnError, "the job goes on where this gate fails", diagnostics)
                }
                guard case .action(let action) = step.work, Self.isGate(action) else { continue }
                let next = job.steps.dropFirst(index + 1).first { $0.condition == nil }
                guard let next, Self.input("investigate", of: action) != nil else { continue }
                diagnostics.warning(
                    "gate-order",
                    "this step does not run where the gate before it waits for a person: what is to go on after the answer belongs "
                        + "into a job that needs this one",
                    at: next.range)
            }
            if hasGate {
                checkTolerance(of: job.continueOnError, "jobs that need this one run where its gate fails", diagnostics)
            }
        }
    }

    private static func parts(of step: WorkflowStep) -> [WorkflowStep] {
        guard case .parallel(let steps) = step.work else { return [] }
        return steps
    }

    private func checkTolerance(of text: WorkflowText?, _ effect: String, _ diagnostics: DiagnosticCollector) {
        guard let text, text.isLiteral, text.source.lowercased() == "true" else { return }
        diagnostics.warning(
            "gate-tolerated",
            "with continue-on-error \(effect), so that it decides nothing: leave it out, or ask by \"investigate\"",
            at: text.range)
    }

    private static func isGate(_ action: WorkflowAction) -> Bool {
        LanguageSupport.builtInAction(action.reference.value)?.name == "slipway/gate"
    }

    private static func input(_ name: String, of action: WorkflowAction) -> WorkflowText? {
        action.inputs.variables.first { $0.name.value.lowercased() == name }?.value
    }

    private func checkInputs(of action: WorkflowAction, _ diagnostics: DiagnosticCollector) {
        guard action.inputs.expression == nil else { return }
        let conditions = ["conditions", "investigate"].compactMap { Self.input($0, of: action) }
        if let text = Self.input("metrics", of: action) {
            if text.isLiteral, text.source.allSatisfy(\.isWhitespace) {
                diagnostics.error("gate-condition", "the gate needs files: name them in \"metrics\", one a line", at: text.range)
            }
        } else {
            diagnostics.error("gate-condition", "the gate needs the input \"metrics\"", at: action.reference.range)
        }
        var isRead = true
        for text in conditions {
            for mistake in GateCondition.read(Self.known(text)).mistakes {
                isRead = false
                diagnostics.error("gate-condition", mistake.message, at: text.node.range(ofScalarOffsets: mistake.range))
            }
        }
        // A gate without the inputs records; one that has them, and nothing in them, was meant to ask something.
        if isRead, let first = conditions.first,
            conditions.allSatisfy({ $0.isLiteral && GateCondition.read($0.source).conditions.isEmpty })
        {
            diagnostics.error(
                "gate-condition",
                "this holds no condition: write one a line, or leave the input out to record the metrics alone", at: first.range)
        }
        for (name, problem) in Self.plainInputs {
            guard let text = Self.input(name, of: action), text.isLiteral, !text.source.isEmpty,
                let expectation = problem(text.source)
            else { continue }
            diagnostics.error("gate-condition", expectation, at: text.range)
        }
    }

    /// The lines that say before the step runs what they are; blanks in the place of the others.
    private static func known(_ text: WorkflowText) -> String {
        guard !text.isLiteral else { return text.source }
        // An expression over several lines leaves nothing that could be read by itself.
        let lines = text.source.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.allSatisfy({ $0.contains("${{") == $0.contains("}}") }) else { return "" }
        return lines.map { $0.contains("${{") ? String(repeating: " ", count: $0.unicodeScalars.count) : String($0) }
            .joined(separator: "\n")
    }

    /// What is wrong with an input's text; nil: nothing.
    private static let plainInputs: [(name: String, problem: @Sendable (String) -> String?)] = [
        ("baseline", { BaselineChoice($0, environment: nil) == nil ? BaselineChoice.expectation($0) : nil }),
        (
            "format",
            { text in
                guard text != "auto", MetricFormat(rawValue: text) == nil else { return nil }
                return "found the format \"\(text)\", expected auto, json, csv or junit"
            }
        ),
        ("override", flag), ("require-baseline", flag),
        (
            "answer-within-days",
            { text in
                let days = GateBounds.answerDays
                guard Int(text).map(days.contains) != true else { return nil }
                return "found \"\(text)\", expected a number of days from \(days.lowerBound) to \(days.upperBound)"
            }
        ),
        (
            "name",
            { text in
                guard text.count > GateBounds.longestName || text.contains(where: \.isNewline) else { return nil }
                return "a gate's name is one line of at most \(GateBounds.longestName) characters"
            }
        ),
    ]

    @Sendable private static func flag(_ text: String) -> String? {
        ["true", "false", "True", "False", "TRUE", "FALSE"].contains(text) ? nil : "found \"\(text)\", expected true or false"
    }
}
