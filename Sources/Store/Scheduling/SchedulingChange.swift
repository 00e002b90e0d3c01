public import Plan

/// One thing that the scheduler decided.
public enum SchedulingChange: Equatable, Sendable {
    /// Jobs of a run, their ids given by the store: the cells of a matrix, a new attempt.
    case insertJobs([Job])
    /// The job as it is now. What comes from its journal (offset, log size, steps) is not part of it, and outputs that
    /// the journal brought stay where these are empty.
    case updateJob(Job)
    /// A job that stood in for the cells of a matrix that was not known yet.
    case removeJob(Int64)
    /// The run as it is now.
    case updateRun(Run)
}
