internal import Execution
internal import Expressions
internal import Plan
internal import Store

/// The contexts that a run's jobs share, made from what is stored of it.
///
/// See "Contexts reference" in GitHub's manual.
struct RunContexts {
    let state: RunState
    let facts: RepositoryFacts

    func github(job: Job) -> ExpressionObject {
        let run = state.run
        let event = state.event
        let owner = facts.fullName.split(separator: "/").first.map(String.init) ?? facts.fullName
        let workflowReference = "\(facts.fullName)/\(run.workflowPath)@\(run.ref)"
        let server = facts.serverURL
        return [
            "token": "",
            "job": .string(job.key),
            "ref": .string(run.ref),
            "sha": .string(run.commit),
            "repository": .string(facts.fullName),
            "repository_owner": .string(owner),
            "repositoryUrl": .string(server.isEmpty ? "" : "\(server)/\(facts.fullName).git"),
            "run_id": .string(String(run.id)),
            "run_number": .string(String(run.number)),
            "run_attempt": .string(String(run.attempt)),
            "retention_days": "90",
            "actor": .string(run.actor),
            "triggering_actor": .string(run.actor),
            "workflow": .string(run.workflow),
            "workflow_ref": .string(workflowReference),
            "workflow_sha": .string(run.commit),
            "head_ref": .string(event.headBranch ?? ""),
            "base_ref": .string(event.baseBranch ?? ""),
            "event_name": .string(run.event),
            "event": event.payload,
            "server_url": .string(server),
            "api_url": .string(facts.apiURL),
            "graphql_url": .string(facts.graphQLURL),
            "ref_name": .string(event.reference.shortName),
            "ref_type": .string(event.reference.isTag ? "tag" : "branch"),
            "ref_protected": false,
            "secret_source": .string(event.isUntrusted ? "None" : "Actions"),
        ]
    }

    /// `needs`: results and outputs of the jobs that the job names, the cells of a matrix taken together.
    func needs(of plan: JobPlan) -> ExpressionObject {
        var needs = ExpressionObject()
        for key in plan.needs {
            let cells = state.jobs.filter { $0.key == key }
            var outputs = ExpressionObject()
            // As on GitHub, the last cell that sets an output wins.
            for cell in cells { for (name, value) in cell.outputs.pairs { outputs[name] = value } }
            needs[key] = .object([
                "result": .string(Self.result(of: cells)), "outputs": .object(outputs),
            ])
        }
        return needs
    }

    static func result(of cells: [Job]) -> String {
        let results = cells.map { ($0.effectiveConclusion ?? .skipped).result }
        for result in ["failure", "cancelled", "success"] where results.contains(result) { return result }
        return "skipped"
    }

    func strategy(of job: Job, failFast: Bool, maxParallel: Int) -> ExpressionObject {
        [
            "fail-fast": .boolean(failFast),
            "job-index": .number(Double(job.cellIndex)),
            "job-total": .number(Double(job.cellCount)),
            "max-parallel": .number(Double(maxParallel)),
        ]
    }

    /// The contexts that a job's own keys are evaluated in before it starts.
    func beforeStart(of job: Job, plan: JobPlan, matrix: ExpressionObject?) -> ExpressionObject {
        [
            "github": .object(github(job: job)),
            "needs": .object(needs(of: plan)),
            "vars": .object(facts.variables),
            "inputs": .object(state.event.inputs),
            "strategy": .object(strategy(of: job, failFast: true, maxParallel: job.cellCount)),
            "matrix": matrix.map { .object($0) } ?? .null,
        ]
    }
}

/// `success()` and its siblings as a job's `if` sees them: over every job before it, however far up.
struct JobFunctions: ContextualFunctions {
    let ancestors: [Job]
    let isCancelled: Bool

    func status(_ function: StatusFunction) throws(ExpressionError) -> Bool? {
        switch function {
        case .always: true
        case .cancelled: isCancelled
        case .success: !isCancelled && ancestors.allSatisfy { $0.effectiveConclusion == .success }
        case .failure: ancestors.contains { $0.effectiveConclusion?.isFailure ?? false }
        }
    }

    func hashFiles(patterns: [String]) throws(ExpressionError) -> String? { nil }
}
