extension FailureRule {
    static let registryForbidden = FailureRule(
        name: "registry-forbidden", title: "The registry refuses the push or pull",
        signs: "`403 Forbidden` of ECR, `denied: requested access to the resource is denied`",
        remedy: "the IAM actions that a push or a pull needs are listed; elsewhere: sign in, and check the image's name",
        certainty: .certain, hides: ["iam-action-denied"],
        examples: [
            Example(
                log: """
                    unexpected status from HEAD request to https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/app/blobs/sha256:ab: \
                    403 Forbidden
                    """, says: "ecr:PutImage"),
            Example(
                log: """
                    The push refers to repository [docker.io/library/my-ml-service]
                    denied: requested access to the resource is denied
                    """, says: "may not use"),
        ],
        find: { step in
            let text = step.transcript
            if let line = text.lines(with: "403 forbidden").last(where: { $0.text.contains(".dkr.ecr.") }) {
                return Finding(
                    explanation: "ECR refuses it. A push needs \(ECRActions.push), a pull \(ECRActions.pull).",
                    remedies: [
                        "Add the missing actions to the policy of the user or role that the job's credentials are of, for this repository.",
                        "Check the repository's own policy where the account is another one.",
                    ], line: line)
            }
            guard
                let line = text.last(
                    with: "requested access to the resource is denied", "unauthorized: authentication required",
                    "insufficient_scope: authorization failed"),
                // The same words also say that there is no such image; that is another rule's.
                !line.text.lowercased().contains("repository does not exist")
            else { return nil }
            return Finding(
                explanation: "The account that is signed in may not use this repository of the registry, or nobody is signed in.",
                remedies: [
                    "Check the image's whole name, with registry and owner: without a registry it means Docker Hub's.",
                    "Sign in in the same job: uses: docker/login-action@v3.",
                ], line: line)
        })
}

/// What users of ECR need in IAM.
enum ECRActions {
    static let push =
        "ecr:GetAuthorizationToken, ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, "
        + "ecr:CompleteLayerUpload, ecr:PutImage"
    static let pull = "ecr:GetAuthorizationToken, ecr:BatchCheckLayerAvailability, ecr:GetDownloadUrlForLayer, ecr:BatchGetImage"
}
