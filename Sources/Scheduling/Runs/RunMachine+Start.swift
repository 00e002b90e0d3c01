internal import Execution
internal import Expressions
internal import Plan
internal import Store

/// The contexts of jobs, and what a launcher needs to start one.
extension RunMachine {
    /// The contexts that a job's own keys are evaluated in before it starts.
    mutating func contextsBeforeStart(of job: Job) -> ExpressionObject {
        [
            "github": .object(github(of: job)),
            "needs": .object(needs(of: job)),
            "vars": .object(facts.variables),
            "inputs": .object(inputs(under: job.callerID)),
            "strategy": .object(strategyContext(of: job, MatrixLimits(maxParallel: job.cellCount))),
            "matrix": job.matrix.map { .object($0) } ?? .null,
        ]
    }

    /// What a launcher needs to start a job, its contexts as they are now.
    mutating func start(of job: Job) -> JobStart? {
        guard let plan = plan.plan(ofJob: job.key) else { return nil }
        let chain = jobs.callers(of: job).reversed()
        var workflow = CalledWorkflow(ofRun: run, in: facts.fullName)
        var calls: [JobCall] = []
        for caller in chain {
            guard let call = planned[caller.key]?.plan.call else { return nil }
            workflow = workflow.called(by: call)
            calls.append(JobCall(call: call, contexts: startContexts(of: caller)))
        }
        var contexts = startContexts(of: job)
        contexts.job = workflow.context
        if !calls.isEmpty { contexts.github["job_workflow_sha"] = .string(workflow.commit) }
        return JobStart(
            run: run, job: job, plan: plan, event: event, contexts: contexts, calls: calls, container: labelContainer(of: job),
            laterJobs: self.plan.laterJobs(than: job.key))
    }

    /// The container that the job's labels stand for.
    private mutating func labelContainer(of job: Job) -> EngineUse.DefaultContainer? {
        guard let runsOn = planned[job.key]?.plan.runsOn else { return nil }
        let context = EvaluationContext(contexts: contextsBeforeStart(of: job))
        guard case .target(.container(let container)) = ExecutorLabels(targets: facts.labels).match(runsOn, in: context) else {
            return nil
        }
        return container
    }

    private mutating func startContexts(of job: Job) -> JobAssignment.Contexts {
        var variables = variables(of: job)
        if run.isDebug {
            // As GitHub's "enable debug logging" has it.
            for name in ["ACTIONS_STEP_DEBUG", "ACTIONS_RUNNER_DEBUG"] { variables[name] = "true" }
        }
        return JobAssignment.Contexts(
            github: github(of: job), variables: variables, inputs: inputs(under: job.callerID), needs: needs(of: job),
            strategy: strategyContext(of: job, limits(ofMatrixOf: job) ?? MatrixLimits()),
            matrix: job.matrix.map { .object($0) } ?? .null)
    }

    private func github(of job: Job) -> ExpressionObject {
        var github = contexts.github
        github["job"] = .string(JobKey.own(job.key))
        return github
    }

    /// `needs`: results and outputs of the jobs that the job names.
    mutating func needs(of job: Job) -> ExpressionObject {
        let place = RunJobs.Place(of: job)
        if let known = needsOfPlaces[place] { return known }
        var needs = ExpressionObject()
        let places = (planned[job.key]?.needs ?? []).map { RunJobs.Place(caller: job.callerID, key: $0) }
        for need in places { needs[JobKey.own(need.key)] = RunContexts.result(of: jobs.rows(at: need)) }
        // What is complete stays so: many cells ask for the same.
        if places.allSatisfy(jobs.isComplete) { needsOfPlaces[place] = needs }
        return needs
    }

    private func strategyContext(of job: Job, _ limits: MatrixLimits) -> ExpressionObject {
        [
            "fail-fast": .boolean(limits.failsFast),
            "job-index": .number(Double(job.cellIndex)),
            "job-total": .number(Double(job.cellCount)),
            "max-parallel": .number(Double(min(limits.maxParallel, job.cellCount))),
        ]
    }
}
