internal import Plan

extension JobAssignment {
    /// Seconds that the job has: what its plan says, as far as that can be told, else `timeLimit`.
    ///
    /// The same contexts are there before the job starts as in it, so whoever waits for its end knows when that is. A plan that says
    /// nonsense fails in the job itself, long before.
    public var wholeTime: Double {
        guard let template = job.timeoutMinutes else { return timeLimit }
        let evaluator = StepEvaluator(
            contexts: JobContexts(assignment: self, secrets: [:]), scope: StepScope(), environment: [:], jobStatus: .success,
            workspace: nil, cancellation: nil)
        guard let minutes = try? evaluator.minutes(template) else { return timeLimit }
        return min(minutes * 60, Self.longestTime)
    }
}
