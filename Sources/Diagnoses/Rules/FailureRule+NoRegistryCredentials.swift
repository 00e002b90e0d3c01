extension FailureRule {
    static let noRegistryCredentials = FailureRule(
        name: "no-registry-credentials", title: "Not signed in to the registry",
        signs: "`no basic auth credentials`",
        remedy: "a login to that very registry before, in the same job: `aws-actions/amazon-ecr-login` or `docker/login-action`",
        certainty: .exact,
        examples: [
            Example(
                log: """
                    The push refers to repository [123456789012.dkr.ecr.us-east-1.amazonaws.com/fraud-detection]
                    no basic auth credentials
                    """, says: "123456789012.dkr.ecr.us-east-1.amazonaws.com"),
            Example(
                log: """
                    Error response from daemon: Head "https://registry.example.com/v2/app/manifests/1": no basic auth credentials
                    """, says: "registry.example.com"),
        ],
        find: { step in
            let text = step.transcript
            guard let line = text.last(with: "no basic auth credentials") else { return nil }
            let registry = registry(near: line, in: text)
            var remedies: [String] = []
            if let registry, registry.contains(".dkr.ecr.") {
                let region = registry.split(separator: ".").dropFirst(3).first ?? "REGION"
                remedies = [
                    "Sign in before, in the same job: uses: aws-actions/amazon-ecr-login@v2 (after configure-aws-credentials).",
                    "Or: aws ecr get-login-password --region \(region) | docker login --username AWS --password-stdin \(registry)",
                    "Account and region of the login must be those of the image's name: a login counts for one registry.",
                ]
            } else {
                remedies = [
                    "Sign in before, in the same job: uses: docker/login-action@v3, with registry: \(registry ?? "HOST")."
                ]
            }
            return Finding(
                explanation: "Docker has no login for \(registry ?? "the registry").",
                remedies: remedies + ["With sudo, docker looks for the login of root: leave it out, or sign in with it, too."],
                line: line)
        })

    /// The host of the registry that a line, or one shortly before it, is about.
    private static func registry(near line: FailedTranscript.Line, in text: FailedTranscript) -> String? {
        for index in stride(from: line.index, through: max(0, line.index - 40), by: -1) {
            guard let near = text.line(index)?.text else { continue }
            let name = near.between("repository [", "]") ?? near.between("https://", "/v2/")
            if let host = name?.split(separator: "/").first, host.contains(".") { return String(host) }
        }
        return nil
    }
}
