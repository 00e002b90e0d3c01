extension FailureRule {
    static let taskStopped = FailureRule(
        name: "task-stopped", title: "The task's container ended",
        signs: "`Essential container in task exited`",
        remedy: "the last lines of its log, and its exit code",
        certainty: .likely, hides: [],
        examples: [Example(log: "Task stopped: Essential container in task exited (exit code 1)", says: "ended by itself")],
        find: { step in
            guard let line = step.transcript.last(with: "essential container in task exited", "essentialcontainerexited") else {
                return nil
            }
            return Finding(
                explanation: "A container that the task can't do without ended by itself.",
                remedies: [
                    "Read its log: aws logs tail GROUP --since 30m. A traceback there says what to mend.",
                    "A model or a variable that is there on your machine may be missing in the image or the task definition.",
                ], line: line)
        })
}
