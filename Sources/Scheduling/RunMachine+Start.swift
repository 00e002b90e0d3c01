internal import Execution
internal import Expressions
internal import Plan
internal import Store

extension RunMachine {
    /// What a launcher needs to start a job, its contexts as they are now.
    func start(of job: Job) -> JobStart? {
        guard let plan = state.plan.job(job.key) else { return nil }
        let contexts = contexts
        return JobStart(
            run: run, job: job, plan: state.plan, event: state.event,
            contexts: JobAssignment.Contexts(
                github: contexts.github(job: job), variables: facts.variables, inputs: state.event.inputs,
                needs: contexts.needs(of: plan),
                strategy: contexts.strategy(
                    of: job, failFast: failsFast(job), maxParallel: min(parallelLimit(of: job), job.cellCount)),
                matrix: job.matrix.map { .object($0) } ?? .null))
    }
}
