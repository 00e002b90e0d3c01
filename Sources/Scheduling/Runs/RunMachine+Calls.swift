internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// Calls of reusable workflows.
extension RunMachine {
    /// Makes the rows of a called workflow's jobs; where they are there, as in an attempt that goes on with a call, they may
    /// start now.
    mutating func begin(
        _ call: WorkflowCallPlan, of job: Job, at now: Date, into decision: inout Decision
    ) {
        var job = job
        job.status = .running
        job.startedAt = now
        job.reason = nil
        job.callInputs = job.callInputs ?? ExpressionObject()
        update(job, into: &decision)
        noteStart(at: now, into: &decision)
        let places = jobs.places(under: job.id)
        guard places.isEmpty else {
            for place in places { attend(place) }
            return attendEnd(ofCall: job.id)
        }
        let rows = call.plan.makeJobs(calledBy: job, at: now)
        if rows.isEmpty { attendEnd(ofCall: job.id) } else { decision.changes.append(.insertJobs(rows)) }
    }

    /// Ends the job that calls a workflow, where all jobs of that are over.
    mutating func endCall(_ id: Int64, at now: Date, into decision: inout Decision) {
        guard var job = job(id), job.status == .running, jobs.isComplete(under: id), let plan = planned[job.key]?.plan,
            let call = plan.call
        else { return }
        let rows = jobs.rows(under: id)
        let isCancelled = isCancelled(under: id)
        let conclusion = rows.isEmpty ? .success : RunConclusion.conclusion(of: rows, isCancelled: isCancelled)
        job.reason = RunConclusion.reason(
            of: rows, conclusion: conclusion, cancelReason: isCancelled ? cancelReason ?? job.reason : nil)
        job.status = .completed
        job.conclusion = conclusion
        job.finishedAt = now
        do {
            job.outputs = try outputs(of: call, job)
            if let flag = plan.continueOnError, conclusion.isFailure {
                job.continuesOnError = try flag.flag(in: EvaluationContext(contexts: contextsBeforeStart(of: job)))
            }
        } catch {
            // What a failed job did not set is often what an output is made of: the first failure says more.
            if conclusion == .success {
                job.conclusion = .failure
                job.reason = "can't evaluate the outputs of \(call.reference): \(error.message)"
            }
        }
        end(job, into: &decision)
    }

    private func outputs(of call: WorkflowCallPlan, _ job: Job) throws(ExpressionError) -> ExpressionObject {
        guard !call.outputs.isEmpty else { return ExpressionObject() }
        var results = ExpressionObject()
        for place in jobs.places(under: job.id) {
            results[JobKey.own(place.key)] = RunContexts.result(of: jobs.rows(at: place))
        }
        let context = EvaluationContext(contexts: [
            "github": .object(contexts.github), "inputs": .object(inputs(under: job.id)), "vars": .object(facts.variables),
            "jobs": .object(results),
        ])
        var outputs = ExpressionObject()
        for output in call.outputs {
            do { outputs[output.name] = .string(try output.value.text(in: context)) } catch {
                throw ExpressionError(
                    phase: error.phase, message: "\(output.name) (\(output.value.source)): \(error.message)")
            }
        }
        return outputs
    }

    /// The `inputs` of the run's own jobs, or of a called workflow's.
    func inputs(under caller: Int64?) -> ExpressionObject {
        guard let caller else { return event.inputs }
        return jobs.job(caller)?.callInputs ?? ExpressionObject()
    }
}
