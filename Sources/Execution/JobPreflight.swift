/// What is known before a job's first step of what it and the jobs after it are going to do.
///
/// Contract: `check` is called once the job's place and its environment are made, on the worker's main thread. Its invocation has no
/// inputs, and the variables that every step has.
public protocol JobPreflight: Sendable {
    /// - Throws: where the job, or one after it, is sure to fail; no step of the job runs then.
    func check(_ invocation: ActionInvocation) throws(ActionFailure)
}
