extension FailureRule {
    static let pipExternallyManaged = FailureRule(
        name: "pip-externally-managed", title: "The system's Python takes no packages",
        signs: "`externally-managed-environment`",
        remedy: "a virtual environment, or `actions/setup-python`",
        certainty: .exact,
        examples: [Example(log: "error: externally-managed-environment", says: "package manager")],
        find: { step in
            guard let line = step.transcript.last(with: "externally-managed-environment") else { return nil }
            return Finding(
                explanation: "This Python belongs to the system's package manager, so pip installs nothing into it.",
                remedies: [
                    "Make an environment: python3 -m venv .venv, then .venv/bin/pip install …",
                    "Or uses: actions/setup-python@v5, which gives the job one.",
                ], line: line)
        })
}
