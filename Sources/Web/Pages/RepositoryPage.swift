internal import Diagnostics
internal import Hummingbird
internal import PercentCoding
internal import Plan
internal import Store

/// `/repositories/{name}`: a repository's state, its pipelines to start by hand, its runs, and what became of each push.
struct RepositoryPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        return site.renderer.response(try await view(request.parameter("name")), request: request)
    }

    /// The page again, with what a form said that started nothing, and why.
    func again(_ request: WebRequest, problem: WebProblem) async throws -> Response {
        let view = try await render(request.parameter("name"), trial: DispatchTrial(fields: request.form, problem: problem))
        var response = site.renderer.response(view, request: request, status: problem.status)
        for field in problem.headers { response.headers[field.name] = field.value }
        return response
    }

    func view(_ name: String) async throws -> RenderedView {
        let count = site.changes.count(of: .repository(name))
        return try await site.views.view("repository/\(name)", count: count, maximumAge: .seconds(2)) {
            try await render(name)
        }
    }

    private func render(_ name: String, trial: DispatchTrial? = nil) async throws -> RenderedView {
        let repository = try await site.repository(name)
        let runs = try await site.store.runs(RunFilter(repository: name, limit: 10)).runs
        let remote = try await site.store.remoteStatus(of: name)
        let path = RepositoryPath.encoded(name)
        let caches = try await site.store.caches(of: name)
        let told = try await site.operations.outward(repository: name)
        let head = site.renderer.fragment(
            "repository-head", id: "repository-head",
            [
                "name": name, "path": path, "url": RemoteText.withoutCredentials(repository.url),
                "remote": RemoteLine.html(remote), "isUnreachable": (remote?.failures ?? 0) > 0,
                "branches": Self.watched(repository.branches),
                "interval": repository.pollInterval.map { "every \(TimeText.interval($0))" } ?? "only when told",
                "isTold": !told.isEmpty, "told": told.map(Self.toldValues),
                "hasCaches": !caches.isEmpty, "cacheCount": caches.count == 1 ? "1 cache" : "\(caches.count) caches",
                "cacheSize": ByteCountText.text(caches.reduce(0) { $0 + $1.size }),
            ])
        let state = try await site.branchState(of: repository)
        let states = site.renderer.fragment("repository-states", id: "repository-states", Self.stateValues(state, of: name))
        let list = site.renderer.fragment(
            "repository-runs", id: "repository-runs",
            [
                "rows": RunRow.html(runs, standing: try await site.standing(runs)), "hasRuns": !runs.isEmpty,
                "name": PercentEncoding.encoded(name),
            ])
        let triggers = site.renderer.fragment("triggers", id: "triggers", try await triggerValues(name, remote: remote))
        let dispatch = site.renderer.html("dispatch", await dispatchValues(repository, path: path, trial: trial))
        return site.renderer.view(
            title: name, mood: state.mood?.name ?? "",
            frame: PageFrame(
                section: .repositories, events: "page=repository&repository=\(PercentEncoding.encoded(name))"),
            fragments: [head, states, RenderedView.Fragment(id: nil, html: dispatch), list, triggers])
    }

    private static func toldValues(_ target: OutwardDescription) -> PageValues {
        let what = target.kind == .forge ? "its forge" : target.target
        return [
            "what": what, "problem": Filled(target.problem),
            "page": Filled(target.kind == .webhook ? "/webhooks/\(PercentEncoding.encoded(target.name))" : nil),
        ]
    }

    /// `**` and an empty list both mean every branch.
    private static func watched(_ patterns: [String]) -> String {
        patterns.isEmpty || patterns.contains("**") && !patterns.contains { $0.hasPrefix("!") }
            ? "all branches" : "branches \(patterns.joined(separator: ", "))"
    }

    private static func stateValues(_ state: BranchState, of repository: String) -> PageValues {
        [
            "hasStates": !state.workflows.isEmpty, "place": state.place,
            "badge": state.mood?.badge(adding: state.place) ?? "",
            "states": state.workflows.map { workflow -> PageValues in
                let shown = workflow.shown
                var query = "repository=\(PercentEncoding.encoded(repository))"
                query += "&workflow=\(PercentEncoding.encoded(shown.workflowPath))"
                if let branch = state.branch { query += "&branch=\(PercentEncoding.encoded(branch))" }
                let newest = workflow.newest
                return [
                    "icon": workflow.mood.icon, "name": workflow.name,
                    "path": Filled(shown.workflowName.map { _ in shown.workflowPath }),
                    "history": "/runs?\(query)", "id": shown.id, "title": shown.title,
                    "commit": String(shown.commit.prefix(8)), "reason": Filled(shown.reason),
                    "when": HTMLText.time(shown.finishedAt ?? shown.createdAt),
                    "duration": HTMLText.duration(from: shown.startedAt, to: shown.finishedAt),
                    "hasNewer": newest.id != shown.id, "newer": newest.id, "newerIcon": Mood(newest).icon,
                ]
            },
        ]
    }

    private func triggerValues(_ name: String, remote: RemoteStatus?) async throws -> PageValues {
        let records =
            try await site.waitingDeliveries(of: name, remote: remote)
            + site.store.triggerRecords(repository: name, limit: 30)
        return [
            "hasTriggers": !records.isEmpty, "wasSeen": remote?.lastSuccessAt != nil,
            "triggers": records.map { record -> PageValues in
                [
                    "eventName": record.event == "first_look" ? "first look" : record.event, "source": record.source.rawValue,
                    "ref": Filled(GitReference(record.ref).shortName), "refKind": GitReference(record.ref).kind,
                    "commit": String(record.commit.prefix(8)), "when": HTMLText.time(record.receivedAt),
                    "actor": Filled(record.actor == "unknown" ? nil : record.actor), "reason": Filled(record.reason),
                    "runs": record.runIDs, "hasRuns": !record.runIDs.isEmpty,
                    "skipped": record.skipped.map { skipped -> PageValues in
                        ["path": skipped.path, "reason": skipped.reason]
                    },
                    "hasSkipped": !record.skipped.isEmpty,
                    "repeats": Filled(record.repeats > 0 ? "told \(record.repeats + 1) times" : nil),
                ]
            },
        ]
    }

    private func dispatchValues(
        _ repository: RepositoryDescription, path: String, trial: DispatchTrial?
    ) async -> PageValues {
        var problem = ""
        var workflows: [DispatchableWorkflow] = []
        do {
            workflows = try await site.operations.workflows(ofRepository: repository.name)
        } catch {
            problem = error.message
        }
        let environments = await site.environmentNames(of: repository.name)
        let isShown = workflows.contains { $0.path == trial?.workflow }
        return [
            "path": path, "problem": Filled(problem),
            // Of a pipeline that is not there any more.
            "lostProblem": Filled(isShown ? nil : trial?.problem.detail),
            "hasWorkflows": !workflows.isEmpty, "hasNone": workflows.isEmpty && problem.isEmpty,
            "formToken": PageRenderer.tokenPlaceholder, "environments": environments,
            "hasEnvironments": !environments.isEmpty,
            "workflows": workflows.enumerated().map { index, workflow -> PageValues in
                let trial = workflow.path == trial?.workflow ? trial : nil
                return [
                    "name": workflow.name, "file": workflow.path,
                    "shownFile": Filled(workflow.name == workflow.path ? nil : workflow.path), "index": index,
                    "isOpen": workflows.count == 1 || trial != nil, "takesVariables": workflow.takesVariables,
                    "ref": trial?.fields["ref"] ?? workflow.branch ?? repository.defaultBranch ?? "",
                    "trialProblem": Filled(trial?.problem.detail),
                    "trialPlaces": (trial?.problem.diagnostics ?? []).map { "\($0.file):\($0.line):\($0.column): \($0.message)" },
                    "variables": trial?.fields["variables"] ?? "",
                    "pauses": trial?.fields["pause_on_failure"] == "true",
                    "inputs": workflow.inputs.enumerated().map {
                        InputValues.field($1, id: "input-\(index)-\($0)", value: trial?.fields["input.\($1.name)"])
                    },
                ]
            },
        ]
    }
}

/// A form that was to start a run, and why it did not.
struct DispatchTrial: Sendable {
    let fields: FormFields
    let problem: WebProblem

    var workflow: String? { fields["workflow"] }
}
