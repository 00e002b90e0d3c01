extension FailureRule {
    static let gitRepositoryMissing = FailureRule(
        name: "git-repository-not-found", title: "The Git repository is not found",
        signs: "`repository … not found`, `Repository not found.` of a Git server",
        remedy: "the address, or credentials: for who may not read it, a private repository does not exist",
        certainty: .certain,
        examples: [
            Example(
                log: """
                    remote: Repository not found.
                    fatal: repository 'https://github.com/team/private-models/' not found
                    """, exitCode: 128, says: "https://github.com/team/private-models/")
        ],
        find: { step in
            let text = step.transcript
            let named = text.lines(with: "fatal: repository ").last { $0.text.contains("not found") }
            guard let line = named ?? text.last(with: "remote: repository not found", "error: repository not found") else {
                return nil
            }
            return Finding(
                explanation:
                    "The Git server has no repository \(line.text.quoted.map { "\"\($0)\"" } ?? "at this address"), or shows it to nobody "
                    + "without credentials.",
                remedies: [
                    "Check the address.",
                    "Where it is private: actions/checkout with \"repository\" and \"token\", or credentials of the settings.",
                ], line: line)
        })
}
