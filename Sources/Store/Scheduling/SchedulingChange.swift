public import Plan

/// One thing that the scheduler decided.
public enum SchedulingChange: Equatable, Sendable {
    /// Jobs of a run, their ids given by the store: the cells of a matrix, a called workflow, a new attempt. Until then a job
    /// may have a negative id of its own, by which the `callerID` of others of the same change names it.
    case insertJobs([Job])
    /// The job as it is now; its matrix and its place are as they were inserted. What comes from its journal (offset, log size, steps) is not part of it, and outputs that
    /// the journal brought stay where these are empty.
    case updateJob(Job)
    /// A remark about a job; a negative id is that of a job of the `insertJobs` before it.
    case annotate(job: Int64, Annotation)
    /// A job that stood in for the cells of a matrix that was not known yet.
    case removeJob(Int64)
    /// The run as it is now.
    case updateRun(Run)
    /// The run has ended, and a stage of it is to be tried again, or rolled back, by itself: not forgotten before `clearRetry`.
    case noteRetry(run: Int64)
    case clearRetry(run: Int64)
}
