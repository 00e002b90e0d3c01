extension FailureRule {
    static let npmConflict = FailureRule(
        name: "npm-conflict", title: "npm packages exclude each other",
        signs: "`code ERESOLVE`",
        remedy: "another version of one of them; `--legacy-peer-deps` as a makeshift",
        certainty: .exact,
        examples: [
            Example(
                log: """
                    npm error code ERESOLVE
                    npm error ERESOLVE unable to resolve dependency tree
                    npm error Could not resolve dependency:
                    npm error peer react@"^17.0.0" from react-widgets@5.8.4
                    """, says: "react-widgets@5.8.4")
        ],
        find: { step in
            let text = step.transcript
            guard let line = text.last(with: "code eresolve") else { return nil }
            let peer = text.lines(with: " peer ").first { $0.index > line.index }?.text.after("peer ")
            return Finding(
                explanation: "No versions satisfy all packages\(peer.map { ": \($0.trimmed) is wanted" } ?? "").",
                remedies: [
                    "Take versions that fit together, and commit the package-lock.json that comes of it.",
                    "As a makeshift: npm ci --legacy-peer-deps",
                ], line: line)
        })
}
