internal import Expressions
internal import Plan

/// The contexts that are the same for all jobs of a run, made once.
///
/// See "Contexts reference" in GitHub's manual.
struct RunContexts {
    /// Without what differs from job to job.
    let github: ExpressionObject

    init(run: Run, plan: RunPlan, event: Event, facts: RepositoryFacts) {
        let owner = facts.fullName.split(separator: "/").first.map(String.init) ?? facts.fullName
        let server = facts.serverURL
        let isPullRequest = event.name.hasPrefix("pull_request")
        var github: ExpressionObject = [
            "token": "",
            "job": "",
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
            "triggering_actor": .string(run.triggeringActor),
            "workflow": .string(run.workflow),
            "workflow_ref": .string("\(facts.fullName)/\(run.workflowPath)@\(run.ref)"),
            "workflow_sha": .string(run.commit),
            "head_ref": .string(isPullRequest ? event.headBranch ?? "" : ""),
            "base_ref": .string(isPullRequest ? event.baseBranch ?? "" : ""),
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
        if let commit = plan.sourceCommit {
            github["source"] = ["message": .string(commit.message), "author": .string(commit.author)]
        }
        self.github = github
    }

    /// `result` and `outputs` of a job, the cells of a matrix taken together, as `needs` and `jobs` show them.
    static func result(of cells: [Job]) -> ExpressionValue {
        var outputs = ExpressionObject()
        // As on GitHub, the last cell that sets an output wins.
        for cell in cells { outputs.merge(cell.outputs) }
        let results = Set(cells.map { ($0.effectiveConclusion ?? .skipped).result })
        let result = ["failure", "cancelled", "success"].first(where: results.contains) ?? "skipped"
        return .object(["result": .string(result), "outputs": .object(outputs)])
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
