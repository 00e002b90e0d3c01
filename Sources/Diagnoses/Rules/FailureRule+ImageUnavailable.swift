extension FailureRule {
    static let imageUnavailable = FailureRule(
        name: "image-unavailable", title: "The image can't be pulled",
        signs: "`pull access denied for …, repository does not exist or may require 'docker login'`",
        remedy: "correct the image's name, or sign in to its registry",
        certainty: .certain, hides: ["registry-forbidden"],
        examples: [
            Example(
                log: """
                    Error response from daemon: pull access denied for my-ml-service, repository does not exist or may require \
                    'docker login': denied: requested access to the resource is denied
                    """, says: "\"my-ml-service\""),
            Example(
                log:
                    "ERROR: failed to solve: pythn:3.11-slim: failed to resolve source metadata for docker.io/library/pythn:3.11-slim: pull access denied, repository does not exist or may require authorization",
                says: "pythn"),
        ],
        find: { step in
            guard let line = step.transcript.last(with: "pull access denied") else { return nil }
            let name =
                line.text.after("pull access denied for ")?.word ?? line.text.after("source metadata for ")?.before(": ")
                ?? line.text.after("failed to solve: ")?.word
            return Finding(
                explanation: "There is no image \(name.map { "\"\($0)\"" } ?? "of this name"), or it is not public.",
                remedies: [
                    "Check its name. One without a registry's host is looked for in Docker Hub: one that was built here and not "
                        + "pushed is not there.",
                    "Where it is private: sign in in the same job before, uses: docker/login-action@v3.",
                ], line: line)
        })
}
