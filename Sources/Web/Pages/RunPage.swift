internal import FoundationEssentials
internal import Hummingbird
internal import Plan
internal import Store

/// `/runs/{id}`: what a run is, how it stands, and what went wrong.
struct RunPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// What the page is made of, read at one go.
    struct Content: Sendable {
        let run: Run
        /// The attempt that is shown.
        let attempt: Int
        let jobs: [Job]
        let steps: [Int64: [Step]]
        let annotations: [JobAnnotation]

        var isNewest: Bool { attempt == run.attempt }
    }

    func show(_ request: WebRequest) async throws -> Response {
        let id = try request.id()
        let attempt = request.query.filled("attempt").flatMap { Int($0) }
        return site.renderer.response(try await view(run: id, attempt: attempt), request: request)
    }

    func view(run id: Int64, attempt: Int?) async throws -> RenderedView {
        let count = site.changes.count(of: .run(id))
        return try await site.views.view("run/\(id)/\(attempt ?? 0)", count: count) {
            let suffix = attempt.map { "&attempt=\($0)" } ?? ""
            return try await render(
                try await content(run: id, attempt: attempt),
                frame: PageFrame(section: .runs, events: "page=run&run=\(id)\(suffix)"))
        }
    }

    private func content(run id: Int64, attempt: Int?) async throws -> Content {
        let run = try await site.run(id)
        let shown = attempt ?? run.attempt
        guard shown >= 1, shown <= run.attempt else {
            throw WebProblem(.notFound, "Run \(id) has \(run.attempt) attempts; there is no attempt \(shown).")
        }
        let jobs = try await site.store.jobs(ofRun: id, attempt: attempt)
        return Content(
            run: run, attempt: shown, jobs: jobs, steps: try await site.steps(of: jobs),
            annotations: try await annotations(of: jobs, run: id, isNewest: attempt == nil))
    }

    private func annotations(of jobs: [Job], run: Int64, isNewest: Bool) async throws -> [JobAnnotation] {
        if isNewest { return try await site.store.annotations(ofRun: run, limit: 100) }
        var found: [JobAnnotation] = []
        for job in jobs {
            let own = try await site.store.annotations(ofJob: job.reusedFrom ?? job.id, limit: 100)
            found += own.map { JobAnnotation(jobID: job.id, annotation: $0) }
        }
        return found
    }

    private func render(_ content: Content, frame: PageFrame) async throws -> RenderedView {
        let run = content.run
        let renderer = site.renderer
        let head = renderer.fragment("run-head", id: "run-head", headValues(content))
        let jobs = renderer.fragment("run-jobs", id: "run-jobs", jobsValues(content))
        let notes = renderer.fragment("run-notes", id: "run-notes", await notesValues(content))
        return renderer.view(
            title: "\(run.title) · run \(run.id)", mood: Mood(run).name, frame: frame, fragments: [head, jobs, notes])
    }

    private func headValues(_ content: Content) -> PageValues {
        let run = content.run
        let mood = Mood(run)
        let isOver = run.status == .completed
        let failed = content.jobs.filter { $0.conclusion?.isFailure ?? false }
        return [
            "id": run.id, "badge": mood.badge, "mood": mood.name, "label": mood.label, "title": run.title,
            "repository": run.repository, "repositoryPath": PercentEncoding.encoded(run.repository, keepingSlash: true),
            "reason": Filled(run.reason), "workflow": run.workflow, "workflowPath": run.workflowPath,
            "event": run.event, "actor": Filled(RunRow.actor(run)), "ref": run.reference.shortName,
            "isTag": run.reference.isTag, "commit": run.commit, "shortCommit": String(run.commit.prefix(8)),
            "created": HTMLText.time(run.createdAt), "started": HTMLText.time(run.startedAt),
            "finished": HTMLText.time(run.finishedAt), "hasStarted": run.startedAt != nil,
            "duration": HTMLText.duration(from: run.startedAt, to: run.finishedAt),
            "canCancel": !isOver && content.isNewest, "canRerun": isOver && run.conclusion != .refused,
            "canRerunFailed": isOver && !failed.isEmpty,
            "hasActions": (!isOver && content.isNewest) || (isOver && run.conclusion != .refused) || !failed.isEmpty,
            "firstError": failed.first.map { "/jobs/\($0.id)/error" } ?? "", "hasError": !failed.isEmpty,
            "errorJob": failed.first?.name ?? "",
            "attempts": attempts(content), "hasAttempts": run.attempt > 1,
        ]
    }

    private func attempts(_ content: Content) -> [PageValues] {
        (1...max(content.run.attempt, 1)).map { number in
            [
                "number": number, "isShown": number == content.attempt,
                "address": number == content.run.attempt
                    ? "/runs/\(content.run.id)" : "/runs/\(content.run.id)?attempt=\(number)",
            ]
        }
    }

    private func jobsValues(_ content: Content) -> PageValues {
        let graph = JobGraph(jobs: content.jobs)
        return [
            "runID": content.run.id, "graph": graph.svg, "hasGraph": graph.hasEdges,
            "jobs": content.jobs.map { jobValues($0, content: content) }, "isEmpty": content.jobs.isEmpty,
            "isRefused": content.run.conclusion == .refused,
            "count": content.jobs.count == 1 ? "1 job" : "\(content.jobs.count) jobs",
        ]
    }

    private func jobValues(_ job: Job, content: Content) -> PageValues {
        let mood = Mood(job)
        let steps = content.steps[job.id] ?? []
        let failed = steps.first { $0.conclusion?.isFailure ?? false }
        return [
            "id": job.id, "name": job.name, "icon": mood.icon, "mood": mood.name, "label": mood.label,
            "reason": Filled(job.reason), "runID": job.runID, "isFailed": job.conclusion?.isFailure ?? false,
            "duration": HTMLText.duration(from: job.startedAt, to: job.finishedAt),
            "failedStep": Filled(failed.map { "step \($0.number), \($0.name)" }),
            "isReused": job.reusedFrom != nil, "isTolerated": job.continuesOnError && (job.conclusion?.isFailure ?? false),
            "canRerun": content.run.status == .completed && content.run.conclusion != .refused,
            "steps": steps.map { StepValues.line($0, job: job) }, "hasSteps": !steps.isEmpty,
            "stepCount": steps.count == 1 ? "1 step" : "\(steps.count) steps",
            "isOpen": job.status == .running || (job.conclusion?.isFailure ?? false),
        ]
    }

    private func notesValues(_ content: Content) async -> PageValues {
        let names = Dictionary(content.jobs.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let annotations = content.annotations.filter { names[$0.jobID] != nil }
        var summaries: [PageValues] = []
        for job in content.jobs where job.status == .completed || job.status == .running {
            if let text = await site.operations.summary(ofJob: job), !text.isEmpty {
                summaries.append(["job": job.name, "id": job.id, "text": text])
            }
        }
        let diagnostics = await DiagnosticValues(site: site).all(of: content.run)
        return [
            "diagnostics": diagnostics, "hasDiagnostics": !diagnostics.isEmpty,
            "isRefused": content.run.conclusion == .refused,
            "annotations": annotations.map { AnnotationValues.line($0.annotation, job: $0.jobID, name: names[$0.jobID]) },
            "hasAnnotations": !annotations.isEmpty, "summaries": summaries, "hasSummaries": !summaries.isEmpty,
        ]
    }
}

/// A step as a line of its job.
enum StepValues {
    static func line(_ step: Step, job: Job) -> PageValues {
        let mood = Mood(step)
        let exit = step.exitCode.map { $0 == 0 ? "" : "exit code \($0)" } ?? ""
        return [
            "number": step.number, "name": step.name, "icon": mood.icon, "mood": mood.name, "label": mood.label,
            "reason": Filled(step.reason ?? exit), "jobID": job.id,
            "duration": HTMLText.duration(from: step.startedAt, to: step.finishedAt),
            "isTolerated": step.outcome?.isFailure == true && step.conclusion == .success,
        ]
    }
}

/// A remark as a line of the page.
enum AnnotationValues {
    static func line(_ annotation: Annotation, job: Int64, name: String?) -> PageValues {
        var place = annotation.file ?? ""
        if !place.isEmpty, let line = annotation.line { place += ":\(line)" }
        if !place.isEmpty, let column = annotation.column { place += ":\(column)" }
        return [
            "level": annotation.level.rawValue, "message": annotation.message, "title": Filled(annotation.title),
            "place": Filled(place), "job": name ?? "", "jobID": job,
            "address": annotation.step.map { "/jobs/\(job)?step=\($0)#step-\($0)" } ?? "/jobs/\(job)",
        ]
    }
}
