/// The page that lists the failures that are known by name, made from the rules.
public enum TroubleshootingManual {
    /// The content of `docs/troubleshooting.md`.
    public static var markdown: String {
        var text = """
            # Troubleshooting

            When a step fails, Slipway looks at its exit code and at the first and the last part of its log for failures that it knows
            by name. What it finds stands at the failed step on the run's page, with the line of the log that gave it away, and is told
            by `slipway show`, `slipway run`, the API (`diagnoses` of a step) and an annotation. A step that succeeds, or whose failure
            `continue-on-error` tolerates, is not looked at; a failure that is not known is not guessed at. At most three are told, the
            most certain first.

            This page is made from the rules, and a test compares the two
            (`UPDATE_EXAMPLES=1 swift test --filter TroubleshootingManualTests` writes it anew). A rule is a file of
            `Sources/Diagnoses/Rules`, with the logs that test it.

            | failure | recognised by | what to do |
            |---|---|---|

            """
        for rule in FailureRule.all {
            text += "| **\(rule.title)** `\(rule.name)` | \(escaped(rule.signs)) | \(escaped(rule.remedy)) |\n"
        }
        return text
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
