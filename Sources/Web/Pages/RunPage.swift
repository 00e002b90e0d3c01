internal import Expressions
internal import FoundationEssentials
internal import Hummingbird
internal import Plan
internal import Store

/// `/runs/{id}`: what a run is, how it stands, and what went wrong.
struct RunPage: Sendable {
    let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// What the page is made of, read at one go.
    struct Content: Sendable {
        /// As it stood at the end of the attempt that is shown.
        let run: Run
        let newestAttempt: Int
        let inputs: ExpressionObject
        /// The inputs as the pipeline declares them now, where they can be changed.
        let declared: [DispatchInput]
        let environmentNames: [String]
        let jobs: [Job]
        let steps: [Int64: [Step]]
        let diagnoses: [Int64: [Diagnosis]]
        let annotations: [JobAnnotation]
        let artifacts: [StoredArtifact]
        let deployments: [Deployment]
        let environments: [EnvironmentDeployment]
        let reports: [ReportEntry]
        let gates: [WebSite.GateEntry]
        /// Nil for a run without stages.
        let stages: StageColumns?
        /// The jobs whose request for an approval, or whose gate, no user may decide about.
        let unanswerable: Set<Int64>
        /// None of an earlier attempt.
        let repeatable: RepeatableJobs

        var mood: Mood { run.mood(stands: run.stands(by: jobs)) }
        var isNewest: Bool { run.attempt == newestAttempt }
        var isOver: Bool { run.status == .completed }
        /// Whether all of it can be run again, which is the newest attempt.
        var canRerun: Bool { isOver && isNewest && run.conclusion != .refused && run.event != Event.rollback }
    }

    func show(_ request: WebRequest) async throws -> Response {
        let id = try request.id()
        let attempt = request.query.filled("attempt").flatMap { Int($0) }
        return site.renderer.response(try await view(run: id, attempt: attempt), request: request)
    }

    func view(run id: Int64, attempt: Int?) async throws -> RenderedView {
        let count = site.changes.count(of: .run(id))
        // Users change without a word to runs.
        return try await site.views.view("run/\(id)/\(attempt ?? 0)", count: count, maximumAge: .seconds(30)) {
            let suffix = attempt.map { "&attempt=\($0)" } ?? ""
            return try await render(
                try await content(run: id, attempt: attempt),
                frame: PageFrame(section: .runs, events: "page=run&run=\(id)\(suffix)"))
        }
    }

    private func content(run id: Int64, attempt: Int?) async throws -> Content {
        let newest = try await site.run(id)
        let run = try await site.run(newest, asOf: attempt)
        let isNewest = run.attempt == newest.attempt
        let jobs = try await site.store.jobs(ofRun: id, attempt: isNewest ? nil : run.attempt)
        let plan = StageColumns.isLikely(run) ? try await site.store.plan(ofRun: id) : nil
        let stages = StageColumns(plan, jobs: jobs)
        let inputs = try await site.store.inputs(ofRun: id)
        let asksInputs = run.event == "workflow_dispatch" && !inputs.isEmpty && run.status == .completed && isNewest
        return Content(
            run: run, newestAttempt: newest.attempt, inputs: inputs,
            declared: asksInputs ? await declaredInputs(of: run) : [],
            environmentNames: asksInputs ? await site.environmentNames(of: run.repository) : [],
            jobs: jobs,
            steps: try await site.steps(of: jobs), diagnoses: try await site.diagnoses(of: jobs),
            annotations: try await annotations(of: jobs, run: id, isNewest: isNewest),
            artifacts: ArtifactValues.newest(try await site.store.artifacts(ofRun: id), upTo: run.attempt),
            deployments: try await site.store.deployments(ofRun: id),
            environments: try await site.store.environmentDeployments(ofRun: id), reports: try await reports(of: jobs),
            gates: try await site.gates(of: jobs), stages: stages,
            unanswerable: try await site.unanswerable(jobs),
            repeatable: RepeatableJobs(newest, jobs: isNewest ? jobs : [], isStaged: stages != nil))
    }

    /// What the pipeline's file on the default branch says of the inputs. Of one that is not there, or not readable, nothing: its
    /// inputs are texts then.
    private func declaredInputs(of run: Run) async -> [DispatchInput] {
        do {
            let workflows = try await site.operations.workflows(ofRepository: run.repository)
            return workflows.first { $0.path == run.workflowPath }?.inputs ?? []
        } catch {
            return []
        }
    }

    private func annotations(of jobs: [Job], run: Int64, isNewest: Bool) async throws -> [JobAnnotation] {
        if isNewest { return try await site.store.annotations(ofRun: run, limit: AnnotationList.limit) }
        var found: [JobAnnotation] = []
        for job in jobs {
            let own = try await site.store.annotations(ofJob: job.reusedFrom ?? job.id, limit: AnnotationList.limit)
            found += own.map { JobAnnotation(jobID: job.id, annotation: $0) }
        }
        return found
    }

    private func render(_ content: Content, frame: PageFrame) async throws -> RenderedView {
        let run = content.run
        let renderer = site.renderer
        let head = renderer.fragment("run-head", id: "run-head", headValues(content))
        let jobs = renderer.fragment("run-jobs", id: "run-jobs", jobsValues(content))
        let reports = renderer.fragment("run-reports", id: "run-reports", reportValues(content))
        let gates = renderer.fragment("run-gates", id: "run-gates", gateValues(content))
        let artifacts = renderer.fragment("run-artifacts", id: "run-artifacts", Self.artifactValues(content))
        let deployments = renderer.fragment("run-deployments", id: "run-deployments", Self.deploymentValues(content))
        let notes = renderer.fragment("run-notes", id: "run-notes", await notesValues(content))
        return renderer.view(
            title: "\(run.title) · run \(run.id)", mood: content.mood.name, frame: frame,
            fragments: [head, jobs, gates, reports, deployments, artifacts, notes])
    }

    private static func deploymentValues(_ content: Content) -> PageValues {
        let names = Dictionary(content.jobs.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        return [
            "hasEnvironments": !content.environments.isEmpty,
            "environments": content.environments.map { deployment -> PageValues in
                EnvironmentValues.deployment(deployment).merging(["job": names[deployment.jobID] ?? "job \(deployment.jobID)"]) {
                    $1
                }
            },
            "hasDeployments": !content.deployments.isEmpty,
            "deployments": content.deployments.map { DeploymentValues.line($0, job: names[$0.jobID], run: content.run.id) },
            "formToken": PageRenderer.tokenPlaceholder,
        ]
    }

    private static func artifactValues(_ content: Content) -> PageValues {
        let names = Dictionary(content.jobs.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        return [
            "hasArtifacts": !content.artifacts.isEmpty,
            "artifacts": content.artifacts.map { stored -> PageValues in
                ArtifactValues.line(stored, job: names[stored.artifact.jobID])
                    .merging(["fullDigest": stored.artifact.digest]) { _, new in new }
            },
        ]
    }

    private func headValues(_ content: Content) -> PageValues {
        let run = content.run
        let mood = content.mood
        let failed = content.jobs.filter { $0.conclusion?.isFailure ?? false }
        // A caller has no log of its own: the job that failed in what it calls has.
        let culprit = failed.first { job in !content.jobs.contains { $0.callerID == job.id } }
        let canCancel = !content.isOver && content.isNewest
        let awaiting = content.jobs.filter(\.awaitsApproval)
        return [
            "id": run.id, "badge": mood.badge, "mood": mood.name, "label": mood.label, "title": run.title,
            "repository": run.repository, "repositoryPath": RepositoryPath.encoded(run.repository),
            // What waits is said below, with a link to it.
            "reason": Filled(awaiting.isEmpty || content.isOver ? run.reason : nil),
            "awaiting": awaiting.map { job -> PageValues in
                ["job": job.name, "place": "#\(content.stages == nil ? "job" : "action")-\(job.id)"]
            },
            "workflow": run.workflowName ?? run.workflowPath,
            "workflowPath": Filled(run.workflowName.map { _ in run.workflowPath }),
            "event": run.event, "actor": Filled(RunRow.actor(run)), "ref": run.reference.shortName,
            "isTag": run.reference.isTag, "commit": run.commit, "shortCommit": String(run.commit.prefix(8)),
            "created": HTMLText.time(run.createdAt), "hasStarted": run.startedAt != nil,
            "started": HTMLText.time(run.startedAt),
            "duration": HTMLText.duration(from: run.startedAt, to: run.finishedAt),
            "canCancel": canCancel, "hasStages": content.stages != nil, "canRerun": content.canRerun,
            "canChangeInputs": run.event == "workflow_dispatch" && !content.inputs.isEmpty,
            "canRerunFailed": content.canRerun && !failed.isEmpty,
            "hasActions": canCancel || content.canRerun || culprit != nil,
            "firstError": culprit.map { "/jobs/\($0.id)/error" } ?? "", "hasError": culprit != nil,
            "errorJob": culprit?.name ?? "", "attempt": run.attempt,
            "attemptReason": Filled(run.attemptReason), "isEarlier": !content.isNewest, "newest": content.newestAttempt,
            "attempts": attempts(content), "hasAttempts": content.newestAttempt > 1,
            "inputs": content.inputs.pairs.enumerated().map { index, input in
                let declared = content.declared.first { $0.name == input.key }
                return InputValues.line(input.key, input.value, declared: declared, id: "input-\(index)")
            },
            "environments": content.environmentNames, "hasEnvironments": !content.environmentNames.isEmpty,
            "hasInputs": !content.inputs.isEmpty,
        ]
    }

    private func attempts(_ content: Content) -> [PageValues] {
        (1...max(content.newestAttempt, 1)).map { number in
            [
                "number": number, "isShown": number == content.run.attempt,
                "address": number == content.newestAttempt
                    ? "/runs/\(content.run.id)" : "/runs/\(content.run.id)?attempt=\(number)",
            ]
        }
    }
}

extension WebSite {
    /// A run as an attempt left it.
    /// - Parameter attempt: nil: the newest.
    func run(_ run: Run, asOf attempt: Int?) async throws -> Run {
        guard let attempt, attempt != run.attempt else { return run }
        guard attempt >= 1, attempt < run.attempt else {
            let has = run.attempt == 1 ? "one attempt" : "\(run.attempt) attempts"
            throw WebProblem(.notFound, "Run \(run.id) has \(has); there is no attempt \(attempt).")
        }
        let records = try await store.earlierAttempts(ofRun: run.id)
        guard let record = records.first(where: { $0.number == attempt }) else {
            throw WebProblem(.notFound, "How attempt \(attempt) of run \(run.id) ended is not recorded.")
        }
        return run.asOf(record)
    }
}
