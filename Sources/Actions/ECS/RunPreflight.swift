public import Execution
internal import Plan

/// Looks, before the first step of a job that has credentials of AWS from its begin, for what it and the jobs after it deploy to.
public struct RunPreflight: JobPreflight {
    public init() {}

    public func check(_ invocation: ActionInvocation) throws(ActionFailure) {
        guard invocation.hasCloud else { return }
        // A step that configures others looks with those.
        if !DeployPreflight.isDone(by: invocation.assignment.job) { try invocation.checkDeploys() }
        // Other jobs don't have what this one's own variables say.
        guard !LaterDeploys.hasOwnAccess(invocation.assignment.job.environment) else { return }
        try LaterDeploys(invocation).check()
    }
}
