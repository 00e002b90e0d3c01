public import Execution
public import Plan

/// Starts and stops workers for the scheduler, which itself never touches a process.
///
/// Contract: `launch` returns once the job's folder is made and its worker has the order; what happens then comes back
/// through `Scheduler.jobEnded`. Several launches may be under way at a time. `cancel` may be called for a job that has just
/// ended, whose launch is still under way, or again: a repeated one stops the steps that run after a cancel, too.
public protocol JobLauncher: Sendable {
    func launch(_ start: JobStart) async throws(LaunchError)
    func cancel(job: Job, reason: String, isRepeated: Bool) async
}

/// A job that may start now, with the contexts that are fixed from here on.
public struct JobStart: Sendable {
    public var run: Run
    public var job: Job
    /// The workflow that the job is written in: the run's own, or the called one.
    public var plan: RunPlan
    public var event: Event
    public var contexts: JobAssignment.Contexts
    /// The calls that lead from the run's own workflow to the job's, the outermost first.
    public var calls: [JobCall]
    /// The container that its labels stand for, unless it names one itself.
    public var container: EngineUse.DefaultContainer?
    /// The jobs of the run that begin after it.
    public var laterJobs: [LaterJob] = []

    /// The job as its pipeline file has it.
    public var jobPlan: JobPlan? { plan.job(JobKey.own(job.key)) }
}

/// A call of a workflow that a job is inside of.
public struct JobCall: Sendable {
    public var call: WorkflowCallPlan
    /// Those of the calling job.
    public var contexts: JobAssignment.Contexts
}

/// Why a worker could not be started. The job ends so.
public struct LaunchError: Error, Equatable, Sendable {
    public var message: String
    /// `lost` where it is the host's fault, `failure` where it is the pipeline's.
    public var conclusion: Conclusion

    public init(_ message: String, conclusion: Conclusion = .lost) {
        self.message = message
        self.conclusion = conclusion
    }
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
