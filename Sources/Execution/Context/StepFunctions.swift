internal import Expressions

/// `success()` and its siblings as a step sees them, and `hashFiles()` over the job's checkout.
struct StepFunctions: ContextualFunctions {
    /// What `success()` and `failure()` look at: the job, or the action that the step is in.
    let status: JobStatus
    let isCancelled: Bool
    /// Nil where the job has no place yet.
    let files: FileHash?

    func status(_ function: StatusFunction) throws(ExpressionError) -> Bool? {
        switch function {
        case .always: true
        case .success: status == .success
        case .failure: status == .failure
        case .cancelled: isCancelled
        }
    }

    func hashFiles(patterns: [String]) throws(ExpressionError) -> String? {
        try files?.digest(patterns: patterns)
    }
}
