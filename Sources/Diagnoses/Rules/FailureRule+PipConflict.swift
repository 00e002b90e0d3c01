extension FailureRule {
    static let pipConflict = FailureRule(
        name: "pip-conflict", title: "Python packages exclude each other",
        signs: "`ResolutionImpossible`, `conflicting dependencies`",
        remedy: "loosen the versions that are pinned",
        certainty: .exact,
        examples: [
            Example(
                log: """
                    ERROR: Cannot install -r requirements.txt (line 2) and pandas==1.3.0 because these package versions have conflicting \
                    dependencies.
                    ERROR: ResolutionImpossible: for help visit the manual
                    """, says: "pandas==1.3.0")
        ],
        find: { step in
            let text = step.transcript
            let named = text.lines(with: "because these package versions have conflicting").last
            guard let line = named ?? text.last(with: "resolutionimpossible") else { return nil }
            let packages = line.text.between("Cannot install ", " because")
            return Finding(
                explanation: "No versions satisfy all requirements\(packages.map { ": \($0) exclude each other" } ?? "").",
                remedies: [
                    "Loosen the pinned version of one of them; the lines below say what each wants.",
                    "Pin what was found to work: pip freeze, or a lock file by pip-compile.",
                ], line: line)
        })
}
