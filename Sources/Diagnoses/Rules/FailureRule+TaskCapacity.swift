extension FailureRule {
    static let taskCapacity = FailureRule(
        name: "task-capacity", title: "There is no room for the task",
        signs: "`was unable to place a task`, `insufficient memory available`, `Capacity is unavailable`",
        remedy: "more or larger instances, a smaller task, or another capacity provider",
        certainty: .exact,
        examples: [
            Example(
                log: """
                    (service web) was unable to place a task because no container instance met all of its requirements. The closest \
                    matching container-instance 4c has insufficient memory available.
                    """, says: "memory")
        ],
        find: { step in
            guard let line = step.transcript.last(with: "was unable to place a task", "capacity is unavailable at this time")
            else {
                return nil
            }
            let lack = line.text.after("has insufficient ")?.before(" ")
            return Finding(
                explanation:
                    "The cluster has no instance with room for the task\(lack.map { ": what it lacks is \($0)" } ?? "").",
                remedies: [
                    "Add instances, or larger ones; while a deployment runs, old and new tasks stand beside each other.",
                    "Lower cpu, memory or the number of GPUs of the task definition, or minimumHealthyPercent of the service.",
                    "With Fargate: try again, or another availability zone or capacity provider.",
                ], line: line)
        })
}
