internal import Expressions

/// A plan's answer as a tree of jobs and steps, for people.
struct PlanOutline: Sendable {
    private let answer: ExpressionValue

    init(_ answer: ExpressionValue) {
        self.answer = answer
    }

    var text: String {
        let jobs = answer["jobs"]?.elements ?? []
        var lines = [heading(jobCount: jobs.count)] + (answer["inputs"]?.elements ?? []).map(inputLine)
        if let variables = answer["env"] { lines.append("env: \(Self.members(variables))") }
        return (lines + branches(jobs)).joined(separator: "\n") + "\n"
    }

    private func branches(_ jobs: [ExpressionValue]) -> [String] {
        jobs.enumerated().flatMap { index, job in branch(jobLines(job), isLast: index == jobs.count - 1) }
    }

    private func heading(jobCount: Int) -> String {
        let name = TextColor.bold.applied(to: (answer["name"]?.text ?? "pipeline").printable)
        let count = "\(jobCount) job\(jobCount == 1 ? "" : "s")"
        guard let reason = answer["reason"]?.text?.printable else { return "\(name): \(count) as written" }
        return answer["triggered"] == true
            ? "\(name): \(TextColor.green.applied(to: "✓ triggered")), \(count) (\(reason))"
            : "\(name): \(TextColor.yellow.applied(to: "– not triggered")) (\(reason))"
    }

    /// An input of a run that is started by hand: its value there, or what is declared.
    private func inputLine(_ input: ExpressionValue) -> String {
        let value = input["value"] ?? input["default"] ?? .null
        var facts = [input["type"]?.text ?? "string"]
        if let options = input["options"]?.elements { facts.append("of \(options.map(\.displayString).joined(separator: ", "))") }
        let line = "input: \(input["name"]?.text ?? "")=\(value.displayString)  (\(facts.joined(separator: " ")))".printable
        guard let problem = input["problem"]?.text else { return line }
        return line + "  " + TextColor.yellow.applied(to: "! \(problem.printable)")
    }

    private func jobLines(_ job: ExpressionValue) -> [String] {
        let id = job["id"]?.text ?? ""
        let name = job["name"]?.text ?? id
        var head = TextColor.bold.applied(to: id.printable)
        if name != id { head += "  \"\(name.printable)\"" }
        let labels = (job["runsOn"]?.elements ?? []).map(\.displayString)
        if !labels.isEmpty { head += "  on \(labels.joined(separator: ", ").printable)" }
        var lines = [head]
        let needs = (job["needs"]?.elements ?? []).map(\.displayString)
        if !needs.isEmpty { lines.append("needs: \(needs.joined(separator: ", ").printable)") }
        if let matrix = job["matrix"], matrix != .null { lines.append("matrix: \(Self.members(matrix))") }
        if let condition = job["if"]?.text { lines.append("if: \(condition.printable)") }
        if let environment = job["environment"] {
            let url = environment["url"]?.text.map { " at \($0)" } ?? ""
            lines.append("environment: \(environment["name"]?.text ?? "")\(url)".printable)
        }
        if let variables = job["env"] { lines.append("env: \(Self.members(variables))") }
        let obstacles = (job["obstacles"]?.elements ?? []).map(\.displayString) + [job["problem"]?.text].compactMap(\.self)
        lines += obstacles.map { TextColor.yellow.applied(to: "! \($0.printable)") }
        if let approval = job["approval"] {
            let message = approval["message"]?.text.map { ": \($0.printable)" } ?? ""
            lines.append("waits for an approval\(message)")
        }
        if let call = job["call"], let workflow = call["workflow"]?.text {
            let commit = call["commit"]?.text.map { " at \($0.prefix(12))" } ?? ""
            lines.append("calls: \(workflow.printable)\(commit)")
            if let inputs = call["inputs"] { lines.append("with: \(Self.members(inputs))") }
            lines += branches(call["jobs"]?.elements ?? [])
        }
        return lines + stepLines(job["steps"]?.elements ?? [])
    }

    /// The steps, each with those inside it below.
    private func stepLines(_ steps: [ExpressionValue]) -> [String] {
        steps.enumerated().flatMap { index, step in
            [stepLine(step, number: index + 1)] + stepLines(step["steps"]?.elements ?? []).map { "   \($0)" }
        }
    }

    private func stepLine(_ step: ExpressionValue, number: Int) -> String {
        let name = (step["name"]?.text ?? "").printable
        var line = "\(number). \(name)"
        if let uses = step["uses"]?.text, !name.contains(uses) { line += "  (\(uses.printable))" }
        if step["background"] == true { line += TextColor.faint.applied(to: "  in the background") }
        if let condition = step["if"]?.text { line += TextColor.faint.applied(to: "  if: \(condition.printable)") }
        return line
    }

    private func branch(_ lines: [String], isLast: Bool) -> [String] {
        lines.enumerated().map { index, line in
            index == 0 ? (isLast ? "└─ " : "├─ ") + line : (isLast ? "   " : "│  ") + "   " + line
        }
    }

    private static func members(_ value: ExpressionValue) -> String {
        guard case .object(let object) = value else { return value.jsonText().printable }
        return object.pairs.map { key, value in
            "\(key)=\(value.isPrimitive ? value.displayString : value.jsonText())"
        }.joined(separator: ", ").printable
    }
}

extension ExpressionValue {
    fileprivate var elements: [ExpressionValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
