internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// What the event webhook says of an occurrence. docs/webhooks.md is its manual: keys are added, never changed.
struct EventPayload {
    private let report: OccurrenceReport
    private let pageURL: String

    init(_ report: OccurrenceReport, pageURL: String) {
        self.report = report
        self.pageURL = pageURL
    }

    var json: String { ExpressionValue.object(object).jsonText() }

    private var object: ExpressionObject {
        let occurrence = report.occurrence
        var object: ExpressionObject = [
            "event": .string(occurrence.kind.rawValue), "occurred_at": Self.date(occurrence.date),
            "repository": .object(["name": .string(report.run.repository)]), "run": .object(run),
        ]
        if let job = report.job { object["job"] = .object(self.job(job)) }
        if let approval = report.job?.approval, occurrence.kind == .approvalRequested || occurrence.kind == .approvalAnswered {
            object["approval"] = .object(self.approval(approval))
        }
        if let environment = report.environment { object["deployment"] = .object(self.environment(environment)) }
        if let deployment = report.deployment { object["deployment"] = .object(self.deployment(deployment)) }
        return object
    }

    /// As it was when it happened, where it is the run that it happened to.
    private var run: ExpressionObject {
        let (run, occurrence) = (report.run, report.occurrence)
        let isOfRun = occurrence.kind.subject == .run
        return [
            "id": .string("\(run.id)"), "number": .number(Double(run.number)), "attempt": .number(Double(occurrence.attempt)),
            "workflow": .string(run.workflow), "workflow_path": .string(run.workflowPath), "title": .string(run.title),
            "event": .string(run.event), "ref": .string(run.ref), "branch": Self.text(run.branch), "commit": .string(run.commit),
            "actor": .string(run.actor), "status": .string(isOfRun ? occurrence.status : run.status.rawValue),
            "conclusion": Self.text((isOfRun ? occurrence.conclusion : run.conclusion)?.rawValue),
            "reason": Self.text(isOfRun ? occurrence.reason : run.reason),
            "waiting_for": isOfRun ? .null : Self.text(report.turn?.rawValue), "created_at": Self.date(run.createdAt),
            "started_at": Self.date(run.startedAt), "finished_at": Self.date(run.finishedAt),
            "url": .string("\(pageURL)/runs/\(run.id)"),
        ]
    }

    private func job(_ job: Job) -> ExpressionObject {
        let occurrence = report.occurrence
        let isOfJob = occurrence.kind.subject == .job
        return [
            "id": .string("\(job.id)"), "key": .string(job.key), "name": .string(job.name),
            "attempt": .number(Double(job.attempt)), "status": .string(isOfJob ? occurrence.status : job.status.rawValue),
            "conclusion": Self.text((isOfJob ? occurrence.conclusion : job.conclusion)?.rawValue),
            "reason": Self.text(isOfJob ? occurrence.reason : job.reason), "started_at": Self.date(job.startedAt),
            "finished_at": Self.date(job.finishedAt), "url": .string("\(pageURL)/jobs/\(job.id)"),
        ]
    }

    private func approval(_ approval: JobApproval) -> ExpressionObject {
        var object: ExpressionObject = [
            "message": Self.text(approval.message), "link": Self.text(approval.link),
            "approvers": .array(approval.approvers.map { .string($0) }), "since": Self.date(approval.since),
            "until": Self.date(approval.until), "answer": .null,
        ]
        if let answer = approval.answer, report.occurrence.kind == .approvalAnswered {
            object["answer"] = .object([
                "verdict": .string(answer.verdict.rawValue), "actor": Self.text(answer.actor),
                "comment": Self.text(answer.comment), "answered_at": Self.date(answer.date),
            ])
        }
        return object
    }

    private func deployment(_ deployment: Deployment) -> ExpressionObject {
        [
            "id": .string("\(deployment.id)"), "cluster": .string(deployment.cluster), "service": .string(deployment.service),
            "region": .string(deployment.region), "environment": Self.text(report.job?.environment?.name),
            "commit": .string(deployment.commit),
            "task_definition": .string(deployment.taskDefinition),
            "previous_task_definition": Self.text(deployment.previousTaskDefinition),
            "images": .array(
                deployment.images.map { image in
                    .object([
                        "container": .string(image.container), "name": .string(image.name), "digest": Self.text(image.digest),
                    ])
                }),
            "status": .string(report.occurrence.status), "reason": Self.text(report.occurrence.reason),
            "started_at": Self.date(deployment.startedAt), "finished_at": Self.date(deployment.finishedAt),
        ]
    }

    private func environment(_ deployment: EnvironmentDeployment) -> ExpressionObject {
        [
            "id": .string("\(deployment.id)"), "environment": .string(deployment.environment),
            "environment_url": Self.text(deployment.url), "commit": .string(deployment.commit), "ref": .string(deployment.ref),
            "actor": .string(deployment.actor), "restores": Self.text(deployment.restores.map { "\($0)" }),
            "status": .string(report.occurrence.status), "reason": Self.text(report.occurrence.reason),
            "started_at": Self.date(deployment.startedAt), "finished_at": Self.date(deployment.finishedAt),
        ]
    }

    private static func text(_ text: String?) -> ExpressionValue { text.map { .string($0) } ?? .null }
    private static func date(_ date: Date?) -> ExpressionValue { text(date?.formatted(.iso8601)) }
}
