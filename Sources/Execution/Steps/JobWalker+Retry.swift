internal import Plan

extension JobWalker {
    /// Whether a failed try is followed by another: then everything is as it was when the job's place had been made, but for what is
    /// in that place, which the steps make anew themselves.
    func beginsAgain() throws(ExecutionError) -> Bool {
        guard let retry = wantedRetry, let site, status == .failure, cancellation.level == .none else { return false }
        guard retryCount < retry.count else {
            log.write("##[error]the build failed \(retryCount + 1) times; it is not retried again")
            return false
        }
        retryCount += 1
        let remark = "try \(retryCount) failed (\(retryCause ?? "without a word")); the build begins again"
        log.write("##[warning]\(remark)")
        try annotate(.warning, remark)
        site.shells.startOver()
        (wantedRetry, retryCause, firstFailure, status, scope) = (nil, nil, nil, .success, StepScope())
        (failureCount, reviews) = (0, [])
        try evaluateEnvironment()
        try journal.append(.stepsPlanned(from: nextNumber, steps: planned.map(\.plan.displayName)))
        return true
    }
}
