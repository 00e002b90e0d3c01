extension FailureRule {
    static let imageTagMissing = FailureRule(
        name: "image-tag-missing", title: "The image has no such tag",
        signs: "`manifest unknown`, `manifest for … not found`",
        remedy: "push the tag first, or correct it",
        certainty: .exact, hides: ["task-image-pull"],
        examples: [
            Example(
                log:
                    "Error response from daemon: manifest for app.example.com/app:1.2.3 not found: manifest unknown: manifest unknown",
                says: "app.example.com/app:1.2.3")
        ],
        find: { step in
            guard let line = step.transcript.last(with: "manifest unknown", "manifest for "),
                line.text.contains("not found") || line.text.contains("unknown")
            else { return nil }
            let image = line.text.between("manifest for ", " not found")
            return Finding(
                explanation: "The registry has no \(image.map { "\"\($0)\"" } ?? "image with this tag").",
                remedies: [
                    "Check that the push of exactly this tag has succeeded, in this run or before.",
                    "Check the tag: a deployment that names an image by its digest can't miss it.",
                ], line: line)
        })
}
