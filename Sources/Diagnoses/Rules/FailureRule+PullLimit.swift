extension FailureRule {
    static let pullLimit = FailureRule(
        name: "pull-limit", title: "Docker Hub's limit of pulls is reached",
        signs: "`toomanyrequests: You have reached your … pull rate limit`",
        remedy: "sign in, or take the image from another registry, such as `public.ecr.aws/docker/library/…`",
        certainty: .exact,
        examples: [
            Example(log: "toomanyrequests: You have reached your unauthenticated pull rate limit.", says: "Docker Hub")
        ],
        find: { step in
            guard let line = step.transcript.last(with: "toomanyrequests", "pull rate limit") else { return nil }
            return Finding(
                explanation: "Docker Hub gives this address no more images for some hours.",
                remedies: [
                    "Sign in: docker/login-action, or credentials of the settings.",
                    "Take the base image from elsewhere: public.ecr.aws/docker/library/python:3.11-slim is the same.",
                ], line: line)
        })
}
