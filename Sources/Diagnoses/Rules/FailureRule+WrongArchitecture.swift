extension FailureRule {
    static let wrongArchitecture = FailureRule(
        name: "wrong-architecture", title: "The program is for another processor",
        signs: "`exec format error`, `no matching manifest for linux/arm64`",
        remedy: "build for the processor that runs it: `--platform linux/amd64`",
        certainty: .certain,
        examples: [
            Example(log: "exec /usr/local/bin/python: exec format error", says: "another kind of processor"),
            Example(
                log: "no matching manifest for linux/arm64/v8 in the manifest list entries", says: "linux/arm64/v8"),
        ],
        find: { step in
            let text = step.transcript
            if let line = text.last(with: "no matching manifest for") {
                let platform = line.text.after("matching manifest for ")?.word ?? "this host"
                return Finding(
                    explanation: "The image is not made for \(platform), the processor of this host.",
                    remedies: ["Use an image that is, or pull it for another one: --platform linux/amd64 (slow, needs binfmt)."],
                    line: line)
            }
            guard let line = text.last(with: "exec format error") else { return nil }
            return Finding(
                explanation: "The image, or a program in it, is made for another kind of processor than the one that runs it.",
                remedies: [
                    "Build for the one that runs it: docker build --platform linux/amd64 … (Fargate: X86_64 unless the task says ARM64).",
                    "For a script: begin it with a line that names its interpreter, #!/bin/sh.",
                ], line: line)
        })
}
