extension FailureRule {
    static let awsNoCredentials = FailureRule(
        name: "aws-no-credentials", title: "No AWS credentials",
        signs: "`Unable to locate credentials`, `NoCredentialsError`, `no AWS credentials: …`",
        remedy: "`aws-actions/configure-aws-credentials` before, with secrets that the settings have",
        certainty: .certain,
        examples: [
            Example(
                log: #"Unable to locate credentials. You can configure credentials by running "aws configure"."#, exitCode: 253,
                says: "no AWS credentials"),
            Example(log: "botocore.exceptions.NoCredentialsError: Unable to locate credentials", says: "no AWS credentials"),
            Example(
                log: """
                    ##[error]no AWS credentials: environment: AWS_ACCESS_KEY_ID is not set; give the repository a role in the settings \
                    (aws), or run aws-actions/configure-aws-credentials before
                    """, says: "no AWS credentials"),
        ],
        find: { step in
            guard
                let line = step.transcript.last(
                    with: "unable to locate credentials", "nocredentialserror", "could not load credentials from any providers",
                    "no valid credential sources found", "no aws credentials: ", "has no aws credentials")
            else { return nil }
            return Finding(
                explanation: "The step has no AWS credentials.",
                remedies: [
                    "Give the repository a role in the settings (aws.role), or set credentials up before, in the same job: uses: aws-actions/configure-aws-credentials@v4.",
                    "Check that the secrets that it names exist: slipway secret list. A pull request from a fork gets none.",
                    "In a container, hand them on: docker run --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_SESSION_TOKEN.",
                ], line: line)
        })
}
