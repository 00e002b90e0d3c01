extension FailureRule {
    static let npmLock = FailureRule(
        name: "npm-lock", title: "package-lock.json does not fit package.json",
        signs: "`npm ci can only install packages when … are in sync`",
        remedy: "`npm install`, and commit the lock file",
        certainty: .exact,
        examples: [
            Example(
                log: "npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.",
                says: "lock")
        ],
        find: { step in
            guard
                let line = step.transcript.lines(with: "can only install").last(where: {
                    $0.text.contains("package-lock.json") || $0.text.contains("package-lock") || $0.text.contains("existing")
                })
            else { return nil }
            return Finding(
                explanation: "The lock file was not made from this package.json, or is not there.",
                remedies: ["Run npm install on your machine, with the same version of npm, and commit package-lock.json."],
                line: line)
        })
}
