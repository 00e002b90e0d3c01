extension FailureRule {
    static let notExecutable = FailureRule(
        name: "not-executable", title: "A script may not be executed",
        signs: "exit code 126 with `Permission denied`",
        remedy: "`git update-index --chmod=+x`, or call it through its interpreter",
        certainty: .certain,
        examples: [
            Example(log: "/tmp/step-3/script.sh: line 1: ./deploy.sh: Permission denied", exitCode: 126, says: "./deploy.sh")
        ],
        find: { step in
            guard step.exitCode == 126, let line = step.transcript.lines(with: "permission denied").last,
                let file = line.text.before(": Permission denied")?.split(separator: " ").last
            else { return nil }
            return Finding(
                explanation: "\(file) is not marked as executable in the repository.",
                remedies: [
                    "Mark it, and commit that: git update-index --chmod=+x \(file)",
                    "Or name its interpreter: bash \(file)",
                ], line: line)
        })
}
