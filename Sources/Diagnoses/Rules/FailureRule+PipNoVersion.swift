extension FailureRule {
    static let pipNoVersion = FailureRule(
        name: "pip-no-version", title: "pip finds no version that fits",
        signs: "`No matching distribution found for …`",
        remedy: "another version of the package, or of Python",
        certainty: .certain,
        examples: [
            Example(
                log: """
                    ERROR: Ignored the following versions that require a different python version: 2.1.0 Requires-Python >=3.10
                    ERROR: Could not find a version that satisfies the requirement numpy==2.1.0 (from versions: 1.26.4, 2.0.2)
                    ERROR: No matching distribution found for numpy==2.1.0
                    """, says: "another version of Python"),
            Example(log: "ERROR: No matching distribution found for scikit-lern", says: "scikit-lern"),
        ],
        find: { step in
            let text = step.transcript
            guard let line = text.last(with: "no matching distribution found for") else { return nil }
            let package = line.text.after("distribution found for ")?.word ?? "it"
            let needsPython = text.contains("require a different python version")
            let isUnknown =
                text.lines(with: "could not find a version that satisfies").last?.text.contains("from versions: none") ?? false
            return Finding(
                explanation: needsPython
                    ? "\(package) is made for another version of Python than the one of this step."
                    : "pip finds no \(package)\(isUnknown ? ": no version at all, for this Python and processor" : "").",
                remedies: [
                    needsPython
                        ? "Take a version for this Python, or another Python: actions/setup-python, or the base image of the Dockerfile."
                        : "Check name and version; the line above says which versions there are.",
                    "Where pip uses an index of your own: check that it has the package (PIP_INDEX_URL).",
                ], line: line)
        })
}
