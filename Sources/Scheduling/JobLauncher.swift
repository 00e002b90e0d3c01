public import Execution
public import Plan

/// Starts and stops workers for the scheduler, which itself never touches a process.
///
/// Contract: `launch` returns once the job's folder is made and its worker has the order; what happens then comes back
/// through `Scheduler.jobEnded`. `cancel` may be called for a job that has just ended, or again: a repeated one stops the steps
/// that run after a cancel, too.
public protocol JobLauncher: Sendable {
    func launch(_ start: JobStart) async throws(LaunchError)
    func cancel(job: Job, reason: String, isRepeated: Bool) async
}

/// A job that may start now, with the contexts that are fixed from here on.
public struct JobStart: Sendable {
    public var run: Run
    public var job: Job
    public var plan: RunPlan
    public var event: Event
    public var contexts: JobAssignment.Contexts

    /// The job as its pipeline file has it.
    public var jobPlan: JobPlan? { plan.job(job.key) }
}

/// Why a worker could not be started: the host's fault; the job ends as lost.
public struct LaunchError: Error, Equatable, Sendable {
    public var message: String

    public init(_ message: String) { self.message = message }
}

/// How a job ended, as its journal, or its worker's death, says.
public struct JobEnd: Sendable {
    public var jobID: Int64
    public var finish: JournalRecord.JobFinish

    public init(jobID: Int64, finish: JournalRecord.JobFinish) {
        self.jobID = jobID
        self.finish = finish
    }
}
