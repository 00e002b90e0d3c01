extension FailureRule {
    static let dockerfileMissing = FailureRule(
        name: "dockerfile-missing", title: "There is no Dockerfile",
        signs: "`failed to read dockerfile`, `unable to evaluate symlinks in Dockerfile path`",
        remedy: "build in the folder that has it, or name it with `--file`",
        certainty: .exact,
        examples: [
            Example(
                log: "ERROR: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory",
                says: "Dockerfile"),
            Example(
                log:
                    "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /w/Dockerfile: no such file or directory",
                says: "Dockerfile"),
        ],
        find: { step in
            guard
                let line = step.transcript.last(
                    with: "failed to read dockerfile", "symlinks in dockerfile path", "cannot locate specified dockerfile")
            else { return nil }
            let elsewhere = step.surroundings.find("Dockerfile").paths
            return Finding(
                explanation: "The build found no Dockerfile where it looked; names of files differ by case.",
                findings: elsewhere.map { "The workspace has \($0)." },
                remedies: [
                    "Build in the folder that has it, or name both: docker build --file PATH/Dockerfile PATH",
                    "Check that a checkout (uses: actions/checkout@v4) comes before.",
                ], line: line)
        })
}
