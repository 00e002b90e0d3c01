extension FailureRule {
    static let awsNoRegion = FailureRule(
        name: "aws-no-region", title: "No AWS region",
        signs: "`You must specify a region`, `NoRegionError`, `no region is given`",
        remedy: "`aws-region` of configure-aws-credentials, or `AWS_REGION` in `env`",
        certainty: .exact,
        examples: [
            Example(
                log: #"You must specify a region. You can also configure your region by running "aws configure"."#, exitCode: 253,
                says: "region"),
            Example(
                log: "##[error]Amazon ECS: no region is given; set the region in the settings, or AWS_REGION in the environment",
                says: "region"),
        ],
        find: { step in
            guard let line = step.transcript.last(with: "you must specify a region", "noregionerror", ": no region is given")
            else { return nil }
            return Finding(
                explanation: "Nothing says in which region of AWS the step is to work.",
                remedies: ["Set aws-region of configure-aws-credentials, or AWS_REGION in env of the workflow."], line: line)
        })
}
