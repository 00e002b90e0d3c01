extension FailureRule {
    static let taskLogGroup = FailureRule(
        name: "task-log-group", title: "A task has no place for its log",
        signs: "`The specified log group does not exist` when a task starts",
        remedy: "create the log group, or set `awslogs-create-group`",
        certainty: .exact, hides: ["task-stopped"],
        examples: [
            Example(
                log: """
                    ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create \
                    Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.
                    """, says: "log group")
        ],
        find: { step in
            guard let line = step.transcript.last(with: "specified log group does not exist", "failed to validate logger args")
            else {
                return nil
            }
            return Finding(
                explanation:
                    "The log group that the task definition names (awslogs-group) does not exist, so the task does not start.",
                remedies: [
                    "Create it: aws logs create-log-group --log-group-name NAME",
                    "Or add \"awslogs-create-group\": \"true\", and allow the execution role logs:CreateLogGroup.",
                ], line: line)
        })
}
