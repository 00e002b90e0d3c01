extension FailureRule {
    static let registryLoginExpired = FailureRule(
        name: "registry-login-expired", title: "The login to the registry has expired",
        signs: "`Your authorization token has expired`",
        remedy: "sign in anew right before the push: a login to ECR lasts for 12 hours",
        certainty: .exact, hides: ["registry-forbidden"],
        examples: [
            Example(log: "denied: Your authorization token has expired. Reauthenticate and try again.", says: "12 hours")
        ],
        find: { step in
            guard let line = step.transcript.last(with: "authorization token has expired") else { return nil }
            return Finding(
                explanation: "A login to ECR lasts for 12 hours; this one is older.",
                remedies: [
                    "Sign in in the job itself, right before: uses: aws-actions/amazon-ecr-login@v2.",
                    "Give jobs a DOCKER_CONFIG of their own rather than the login that somebody left on the host.",
                ], line: line)
        })
}
