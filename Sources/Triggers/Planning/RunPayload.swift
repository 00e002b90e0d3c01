internal import Expressions
internal import FoundationEssentials
internal import Git
internal import Plan
internal import Store

/// What a pipeline that follows runs finds as `github.event`, in the shape of GitHub's payload.
///
/// See "Webhook events and payloads: workflow_run" in GitHub's manual.
struct RunPayload {
    let repository: WatchedRepository
    let activity: RunActivity
    /// The event that the run was made for.
    let cause: Event?
    /// Nil where the mirror does not have it any more.
    let commit: Commit?

    var value: ExpressionValue {
        [
            "action": .string(activity.kind.rawValue), "workflow_run": run,
            "workflow": [
                "name": .string(activity.run.workflow), "path": .string(activity.run.workflowPath), "state": "active",
            ],
            "repository": PushPayload.description(of: repository), "sender": login(activity.run.actor),
        ]
    }

    private var run: ExpressionValue {
        let run = activity.run
        let pull = cause?.payload["pull_request"]
        var object: ExpressionObject = [
            "id": .number(Double(run.id)), "name": .string(run.workflow), "path": .string(run.workflowPath),
            "display_title": .string(run.title), "run_number": .number(Double(run.number)),
            "run_attempt": .number(Double(activity.attempt)), "event": .string(run.event), "status": .string(status),
            "conclusion": activity.conclusion.map { .string(Self.conclusion($0)) } ?? .null,
            "head_branch": headBranch.map { .string($0) } ?? .null, "head_sha": .string(run.commit),
            "created_at": time(run.createdAt), "updated_at": time(run.finishedAt ?? run.startedAt ?? run.createdAt),
            "run_started_at": time(run.startedAt ?? run.createdAt), "actor": login(run.actor),
            "triggering_actor": login(run.triggeringActor), "pull_requests": .array(pull.map { [pullRequest($0)] } ?? []),
        ]
        object["head_commit"] = commit.map(PushPayload.description(of:)) ?? .null
        object["repository"] = PushPayload.description(of: repository)
        object["head_repository"] = pull?["head"]?["repo"] ?? PushPayload.description(of: repository)
        return .object(object)
    }

    private var status: String {
        switch activity.kind {
        case .requested: "queued"
        case .inProgress: "in_progress"
        case .completed: "completed"
        }
    }

    /// The words that GitHub has for it.
    private static func conclusion(_ conclusion: Conclusion) -> String {
        conclusion == .timedOut ? "timed_out" : conclusion.result
    }

    /// Of a pull request's run that of the pull request.
    private var headBranch: String? { cause?.headBranch ?? activity.run.branch ?? GitReference(activity.run.ref).tag }

    private func pullRequest(_ pull: ExpressionValue) -> ExpressionValue {
        func side(_ name: String) -> ExpressionValue {
            ["ref": pull[name]?["ref"] ?? .null, "sha": pull[name]?["sha"] ?? .null]
        }
        return ["number": pull["number"] ?? cause?.payload["number"] ?? .null, "head": side("head"), "base": side("base")]
    }

    private func login(_ name: String) -> ExpressionValue { ["login": .string(name)] }

    private func time(_ date: Date) -> ExpressionValue { .string(date.formatted(.iso8601)) }
}
