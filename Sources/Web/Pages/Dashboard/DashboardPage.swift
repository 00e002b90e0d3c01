internal import FoundationEssentials
internal import Hummingbird
internal import Plan
internal import Store

/// `/`: in one look what is broken, what runs, what waits and why, what waits for a person, and what is deployed where.
struct DashboardPage: Sendable {
    /// What is broken on a branch that nobody pushed to for so long is not news.
    private static let newsAge = 14.0 * 86_400
    private static let mostBroken = 10
    private static let mostRunning = 20
    private static let mostWaiting = 60
    private static let mostEnded = 8
    private static let mostApprovals = 50

    let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// What the page is made of.
    struct Content: Sendable {
        var repositories: [RepositoryDescription]
        var broken: [FailureStreak]
        var running: [Run]
        /// The newest runs that are over.
        var ended: [Run]
        var usual: [WorkflowFile: Double]
        /// The oldest.
        var approvals: [PendingJob]
        /// Of all jobs that wait for an approval.
        var approvalCount: Int
        /// The jobs whose request for an approval no user may answer.
        var unanswerable: Set<Int64>
        var waiting: [PendingJob]
        var paused: [PendingJob]
        /// The runs that wait for nothing but a person.
        var standing: Set<Int64>
        /// The runs that had to wait for one.
        var answered: Set<Int64>
        var deployed: [StandingDeployment]
        var environments: [EnvironmentState]
        var statistics: StoreStatistics
        var health: HealthReport

        var hasRuns: Bool { !statistics.completedRuns.isEmpty || !statistics.unfinishedRuns.isEmpty }
        var runningCount: Int { max((statistics.unfinishedRuns[.running] ?? 0) - standing.count, running.count) }
        var waitingCount: Int {
            (statistics.unfinishedJobs[.queued] ?? 0) + (statistics.unfinishedJobs[.waiting] ?? 0) - approvalCount
        }
    }

    func show(_ request: WebRequest) async throws -> Response {
        site.renderer.response(try await view(), request: request)
    }

    func view() async throws -> RenderedView {
        let count = site.changes.count(of: .overview)
        // Free space and load change without being told.
        return try await site.views.view("dashboard", count: count, maximumAge: .seconds(5)) { try await render(content()) }
    }

    private func content() async throws -> Content {
        let repositories = await site.operations.repositories()
        var limits = StoreOverviewLimits(failedSince: Date(timeIntervalSinceNow: -Self.newsAge))
        (limits.running, limits.ended, limits.approvals) = (Self.mostRunning, Self.mostEnded, Self.mostApprovals)
        (limits.pending, limits.paused) = (Self.mostWaiting, Self.mostWaiting)
        let overview = try await site.store.overview(limits)
        let jobs = overview.jobs
        let begun = overview.running + overview.approvals.map(\.run) + overview.paused.map(\.run)
        let standing = Set(begun.filter { $0.stands(by: jobs[$0.id] ?? []) }.map(\.id))
        let running = overview.running.filter { !standing.contains($0.id) }
        let answered = running.filter { (jobs[$0.id] ?? []).contains { $0.approval != nil || $0.pause != nil } }
        let pipelines = Set(running.map { WorkflowFile(repository: $0.repository, path: $0.workflowPath) })
        return Content(
            repositories: repositories, broken: try await broken(in: repositories, failed: overview.failedBranches),
            running: running, ended: overview.ended,
            usual: pipelines.isEmpty ? [:] : try await site.store.usualDurations(of: pipelines),
            approvals: overview.approvals, approvalCount: overview.approvalCount,
            unanswerable: try await site.unanswerable(overview.approvals.map(\.job)),
            waiting: overview.pending.filter { !$0.job.awaitsApproval }, paused: overview.paused, standing: standing,
            answered: Set(answered.map(\.id)), deployed: overview.deployed, environments: overview.environments,
            statistics: overview.statistics, health: await site.operations.health())
    }

    /// The default branches of all repositories, and the other branches that failed lately.
    private func broken(
        in repositories: [RepositoryDescription], failed: [BranchPipeline]
    ) async throws -> [FailureStreak] {
        let defaults = Dictionary(
            repositories.map { ($0.name, $0.defaultBranch) }, uniquingKeysWith: { first, _ in first })
        let states = try await site.branchStates(of: repositories)
        var branches: [BranchPipeline] = []
        for repository in repositories {
            guard let state = states[repository.name], let branch = state.branch else { continue }
            for workflow in state.workflows where workflow.verdict?.conclusion?.isFailure ?? false {
                branches.append(
                    BranchPipeline(
                        repository: repository.name, workflowPath: workflow.newest.workflowPath, branch: branch))
            }
        }
        branches += failed.filter { branch in
            guard let known = defaults[branch.repository] else { return false }
            return known != branch.branch
        }
        guard !branches.isEmpty else { return [] }
        return try await site.store.failureStreaks(of: Array(branches.prefix(100)))
    }

    private func render(_ content: Content) -> RenderedView {
        let fragments = [
            fragment("head", headValues(content)), fragment("people", peopleValues(content)),
            fragment("broken", brokenValues(content)), fragment("running", runningValues(content)),
            fragment("waiting", waitingValues(content)), fragment("deployed", deployedValues(content)),
            fragment("ended", endedValues(content)),
        ]
        return site.renderer.view(
            title: "Dashboard", mood: Self.mood(content), frame: PageFrame(section: .dashboard, events: "page=dashboard"),
            fragments: fragments)
    }

    private func fragment(_ part: String, _ values: PageValues) -> RenderedView.Fragment {
        site.renderer.fragment("dashboard-\(part)", id: "dashboard-\(part)", values)
    }

    private static func mood(_ content: Content) -> String {
        if !content.broken.isEmpty || content.health.level == .failing { return "failure" }
        if content.runningCount > 0 { return "running" }
        return content.hasRuns ? "success" : ""
    }

    // MARK: - What is broken

    private func brokenValues(_ content: Content) -> PageValues {
        let shown = content.broken.prefix(Self.mostBroken)
        return [
            "hasBroken": !shown.isEmpty, "isGood": shown.isEmpty && content.hasRuns, "count": content.broken.count,
            "more": Filled(Self.more(content.broken.count - shown.count)), "broken": shown.map(Self.brokenLine),
        ]
    }

    private static func brokenLine(_ streak: FailureStreak) -> PageValues {
        let (newest, first) = (streak.newest, streak.first)
        let times = streak.count == 1 ? "" : "\(streak.count) runs in a row, "
        return [
            "id": newest.id, "icon": Mood(newest).icon, "repository": newest.repository,
            "repositoryPath": RepositoryPath.encoded(newest.repository),
            "workflow": newest.workflowName ?? newest.workflowPath.fileName, "branch": newest.reference.shortName,
            "reason": Filled(newest.reason), "streak": times + (streak.isWhole ? "since" : "since before"),
            "first": first.id, "commit": String(first.commit.prefix(8)), "title": first.title,
            "actor": Filled(RunRow.actor(first)), "when": HTMLText.time(first.createdAt),
            "last": HTMLText.time(newest.finishedAt), "isOnce": streak.count == 1,
        ]
    }

    // MARK: - What is deployed where

    private func deployedValues(_ content: Content) -> PageValues {
        [
            "hasDeployed": !content.deployed.isEmpty || !content.environments.isEmpty,
            "hasServices": !content.deployed.isEmpty, "hasEnvironments": !content.environments.isEmpty,
            "environments": content.environments.compactMap(Self.environmentLine),
            "deployed": content.deployed.map { service -> PageValues in
                let shown = service.standing ?? service.newest
                let isOther = service.standing.map { $0.id != service.newest.id } ?? false
                return DeploymentValues.line(shown, job: nil, run: shown.runID).merging([
                    "repository": shown.repository, "commit": String(shown.commit.prefix(8)),
                    "repositoryPath": RepositoryPath.encoded(shown.repository),
                    "runID": shown.runID, "when": HTMLText.time(shown.finishedAt ?? shown.startedAt),
                    "newer": isOther
                        ? DeploymentValues.line(service.newest, job: nil, run: service.newest.runID)["badge"] ?? "" : "",
                    "hasNewer": isOther, "newerRun": service.newest.runID,
                ]) { _, new in new }
            },
        ]
    }

    private static func environmentLine(_ environment: EnvironmentState) -> PageValues? {
        guard let shown = environment.current ?? environment.newest else { return nil }
        let isOther = environment.newest.map { $0.id != shown.id } ?? false
        return [
            "name": environment.name, "badge": EnvironmentValues.badge(shown.status), "repository": environment.repository,
            "address": EnvironmentValues.address(of: environment.name, repository: environment.repository),
            "repositoryPath": RepositoryPath.encoded(environment.repository),
            "commit": String(shown.commit.prefix(8)), "ref": GitReference(shown.ref).shortName, "runID": shown.runID,
            "actor": Filled(shown.actor == "unknown" ? nil : shown.actor),
            "when": HTMLText.time(shown.finishedAt ?? shown.startedAt), "hasNewer": isOther,
            "newer": isOther ? environment.newest.map { EnvironmentValues.badge($0.status) } ?? "" : "",
            "newerRun": environment.newest?.runID ?? 0,
        ]
    }

    static func more(_ count: Int) -> String? { count > 0 ? "and \(count) more" : nil }
}
