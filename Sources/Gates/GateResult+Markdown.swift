public import Plan

extension GateResult {
    /// The summary that people read: what was decided, every condition, what it was compared with.
    public var markdown: String {
        var text = "### Gate \(MarkdownText.plain(name)): \(words)\n\n"
        if let baseline { text += "Baseline: \(MarkdownText.plain(baseline.words)).\n\n" }
        for note in notes { text += "> \(MarkdownText.plain(note))\n\n" }
        if !checks.isEmpty { text += table(of: checks) + "\n" }
        if isRecord { text += tableOfMetrics + "\n" }
        return text
    }

    private var words: String {
        switch outcome {
        case .pass: isRecord ? "recorded" : "passed"
        case .fail: "failed"
        case .investigate: "waits for a person"
        }
    }

    /// More than these nobody reads here: all are on the run's page.
    private static let mostMetrics = 100

    private var tableOfMetrics: String {
        var text = "| Metric | Value |\n| --- | ---: |\n"
        for metric in metrics.prefix(Self.mostMetrics) {
            text += "| \(MarkdownText.code(metric.title)) | \(NumberText.text(metric.value)) |\n"
        }
        if metrics.count > Self.mostMetrics { text += "\n… and \(metrics.count - Self.mostMetrics) more\n" }
        return text
    }

    private func table(of checks: [GateCheck]) -> String {
        var text = "| Condition | Value | Baseline | Difference | Verdict |\n| --- | ---: | ---: | ---: | --- |\n"
        for check in checks {
            let cells = [
                MarkdownText.code(check.condition), check.value.map(NumberText.text) ?? "–",
                check.baseline.map(NumberText.text) ?? "–", check.difference.map(NumberText.difference) ?? "–",
                MarkdownText.plain(check.verdictWords),
            ]
            text += "| \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }
}

extension GateCheck {
    /// The verdict, and why where it is not that the condition holds.
    public var verdictWords: String {
        reason.map { "\(verdictWord): \($0)" } ?? verdictWord
    }
}

/// Text of a table's cell, where nothing of it is markup.
enum MarkdownText {
    static func plain(_ text: String) -> String {
        var result = ""
        for character in text {
            if "\\`*_{}[]<>()#+!|~&".contains(character) { result.append("\\") }
            result.append(character.isNewline ? " " : character)
        }
        return result
    }

    /// Backticks can't be escaped in code: they become quotes.
    static func code(_ text: String) -> String {
        let inner = text.map { $0 == "|" ? "\\|" : $0 == "`" ? "'" : $0.isNewline ? " " : String($0) }.joined()
        return "`\(inner)`"
    }
}
