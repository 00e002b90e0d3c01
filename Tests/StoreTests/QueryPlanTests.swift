import Expressions
import Foundation
import GRDB
import Plan
import Synchronization
import Testing

@testable import Store

/// Nothing that the store does reads a history from end to end.
@Suite struct QueryPlanTests {
    /// Gathers the statements that connections run.
    final class Trace: Sendable {
        private let found = Mutex<Set<String>>([])

        func note(_ sql: String) { found.withLock { _ = $0.insert(sql) } }
        var statements: [String] { found.withLock { $0.sorted() } }
    }

    /// Scans that are bounded whatever the history: indexes of what is unfinished, and tables with a row for each
    /// repository, or for each secret, or for each deleted run whose folder is still there.
    static let bounded = [
        "runs USING INDEX runs_unfinished", "runs USING COVERING INDEX runs_unfinished",
        "jobs USING INDEX jobs_unfinished", "jobs USING COVERING INDEX jobs_unfinished",
        "jobs USING INDEX jobs_awaiting_answer", "jobs USING COVERING INDEX jobs_awaiting_answer",
        "jobs USING INDEX jobs_paused",
        "repositories", "remotes", "environments", "stage_retries",
        "secrets", "removals", "action_lock", "outbox_targets", "users",
        // Full-text search: what its index finds, newest first, as far as it is asked for.
        "runs_text VIRTUAL TABLE INDEX", "main.runs_text_config",
    ]

    @Test("no statement scans runs, jobs, steps, events or any other table that grows, with 100,000 runs behind")
    func noScans() async throws {
        let folder = try StoreFolder()
        let trace = Trace()
        var configuration = Store.configuration()
        configuration.publicStatementArguments = true
        configuration.prepareDatabase { database in
            database.trace { event in
                if case .statement(let statement) = event { trace.note(statement.expandedSQL) }
            }
        }
        let store = try Store.open(at: folder.database, configuration: configuration)
        let before = Set(trace.statements)
        try await Self.fill(store, runs: 100_000)
        try await Self.callEverything(store)
        let statements = trace.statements.filter { sql in
            !before.contains(sql) && !sql.hasPrefix("WITH RECURSIVE filling")
                && ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains { sql.hasPrefix($0) }
        }
        #expect(statements.count > 60)
        let offenders = try await store.read("explain") { database in
            try statements.flatMap { sql in
                try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] as String }
                    .filter { !Self.isBounded($0, in: sql) }
                    .map { "\($0): \(sql)" }
            }
        }
        #expect(offenders == [])
    }

    /// Whether a line of a query plan describes work that does not grow with the history.
    private static func isBounded(_ detail: String, in sql: String) -> Bool {
        // Sorting is for the few runs that are unfinished; everything else is read in the order of an index.
        if detail.hasPrefix("USE TEMP B-TREE") { return sql.contains("INDEXED BY runs_unfinished WHERE status <>") }
        guard detail.hasPrefix("SCAN "), detail != "SCAN CONSTANT ROW" else { return true }
        return bounded.contains { detail.hasPrefix("SCAN \($0)") }
    }

    @Test("a filter that no index answers wholly looks at a bounded stretch and says where to go on")
    func boundedSearch() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try await Self.fill(store, runs: 12_000)
        // Run 1 is the only one of its kind: found in the third stretch.
        let filter = RunFilter(repository: "app", conclusion: .success, branch: "main", workflow: "rare.yml")
        let first = try await store.runs(filter)
        #expect(first == RunPage(runs: [], next: 12_000 - 5000 + 1))
        var next = filter
        next.before = first.next
        next.before = try await store.runs(next).next
        let last = try await store.runs(next)
        #expect(last.runs.map(\.id) == [1])
        #expect(last.next == nil)
    }

    private static func fill(_ store: Store, runs: Int) async throws {
        let state = try await store.addRun(
            Example.run(path: "rare.yml", status: .completed, conclusion: .success), jobs: [Example.job("build")])
        try await store.write("fill") { database, _ in
            try database.execute(
                sql: """
                    WITH RECURSIVE filling(id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM filling WHERE id < \(runs))
                    INSERT INTO runs(id, event_id, plan_id, number, repository, workflow, workflow_path, title, event, ref, branch,
                        commit_id, actor, attempt, status, conclusion, created_at, finished_at, diagnostics)
                    SELECT filling.id, event_id, plan_id, filling.id, repository, workflow, 'ci.yml', title, event, ref, branch,
                        commit_id, actor, attempt, status, conclusion, created_at, finished_at, diagnostics
                    FROM filling JOIN runs ON runs.id = \(state.run.id)
                    """)
            try Self.fillGates(database, job: state.jobs[0].id, runs: runs)
        }
    }

    /// A gate with two metrics for each run in ten, all of one job: nothing looks for the job of a run here.
    private static func fillGates(_ database: Database, job: Int64, runs: Int) throws {
        try database.execute(
            sql: """
                WITH RECURSIVE filling(id) AS (SELECT 10 UNION ALL SELECT id + 10 FROM filling WHERE id < \(runs))
                INSERT INTO gates(job_id, run_id, number, repository, workflow_path, branch, name, job, place, outcome, checks, notes,
                    created_at)
                SELECT \(job), id, id, repository, workflow_path, branch, 'quality', 'build', 1, 'pass', '[]', '[]', created_at
                FROM filling JOIN runs USING (id);
                WITH RECURSIVE filling(place, name) AS (VALUES (0, 'f1'), (1, 'auc'))
                INSERT INTO metrics(gate_id, place, name, value)
                SELECT gates.id, filling.place, filling.name, 0.9 FROM filling CROSS JOIN gates;
                """)
    }

    /// Each public function, in each way that makes another statement.
    private static func callEnvironments(_ store: Store, job: Job) async throws {
        var job = job
        job.environment = JobEnvironment(name: "production")
        (job.status, job.conclusion, job.startedAt) = (.completed, .success, Example.date)
        _ = try await store.apply([.updateJob(job)])
        _ = try await (store.environments(), store.environments(ofRepository: "app"))
        _ = try await store.environment("production", of: "app")
        _ = try await store.environmentDeployments(repository: "app", environment: "production")
        _ = try await (store.environmentDeployments(ofRun: job.runID), store.environmentDeployment(1))
        _ = try await store.deployments(ofJobs: [job.id])
        _ = try await store.apply([.noteRetry(run: job.runID), .clearRetry(run: job.runID)])
        _ = try await store.runsToRetry()
    }

    /// After the environments: what is deployed has gates before it.
    private static func callGates(_ store: Store, deployedBy run: Int64) async throws {
        _ = try await store.gates(ofJobs: [1])
        let whole = GateHistory.Choice(gate: "quality", job: "build", place: 1, branch: "main")
        let choices = [GateHistory.Choice(), whole, GateHistory.Choice(branch: "other")]
        for choice in choices {
            let history = try await store.gateHistory(of: "app", choice, preferring: "main")
            #expect(history.points.count == 100 && history.points.last?.stored.gate.metrics.count == 2)
        }
        let sources: [BaselineRequest.Source] = [
            .deployed(environment: nil), .deployed(environment: "production"), .deployed(environment: "a"), .branch("main"),
            .run(20),
        ]
        // What a run deployed itself is no baseline of its gates.
        let asking: Int64 = 20
        #expect(run != asking)
        for source in sources {
            for (gate, job) in [("quality", "build"), ("quality", "another"), ("renamed", "build")] {
                let answer = try await store.baseline(
                    BaselineRequest(number: 1, gate: gate, source: source), ofRun: asking, job: job)
                guard gate == "quality", job == "build", source != .deployed(environment: "a") else { continue }
                #expect(answer.metrics.count == 2, "\(source): \(answer.note ?? "")")
            }
        }
    }

    private static func callEverything(_ store: Store) async throws {
        try await callTriggers(store)
        try await callOutbox(store)
        try await store.setFollowsRuns(true, of: "app")
        let state = try await store.addRun()
        let id = state.run.id
        let job = try #require(state.jobs.first)
        var run = state.run
        run.status = .running
        _ = try await store.apply([
            .updateRun(run), .updateJob(job), .insertJobs([Example.job("x", run: id)]),
        ])
        _ = try await store.apply(
            JobProgress(
                jobID: job.id, from: 0, to: 9, steps: [Step(jobID: job.id, number: 1, name: "s")],
                annotations: [Annotation(level: .error, message: "m")], outputs: ["a": "b"], summaryChanged: true))
        _ = try await store.apply(
            JobProgress(
                jobID: job.id, from: 9, to: 10,
                diagnoses: [Diagnosis(step: 1, rule: "r", title: "t", explanation: "e", remedies: [])],
                reports: [Report(number: 1, name: "unit", format: .junit, tests: TestCounts(passed: 1), createdAt: Example.date)])
        )
        _ = try await (store.diagnoses(ofJobs: [job.id]), store.reports(ofJobs: [job.id]), store.report(1))
        _ = try await store.trend(ofReport: 1)
        _ = try await store.apply([.removeJob(job.id + 1)])
        _ = try await (store.runActivities(of: "app", limit: 9), store.followingDepth(ofRun: id, limit: 3))
        _ = try await store.record([
            TriggerOutcome(event: Example.push(5), key: .runActivity(1)), TriggerOutcome(event: Example.push(5), key: .delivery),
        ])
        try await store.forgetRunActivity(2)
        try await callStorage(store, job: job)
        let gate = GateResult(
            number: 1, name: "quality", outcome: .pass, checks: [], metrics: [Metric("f1", 0.9), Metric("auc", 0.9)],
            createdAt: Example.date)
        let offset = try await store.progressOffset(ofJob: job.id)
        #expect(try await store.apply(JobProgress(jobID: job.id, from: offset, to: offset + 1, gates: [gate])))
        try await callEnvironments(store, job: job)
        try await callGates(store, deployedBy: job.runID)
        try await callAccounts(store)
        _ = try await (store.unfinishedRuns(), store.runState(id), store.run(id), store.plan(ofRun: id))
        _ = try await store.hasRun(of: "app", commit: "abcd")
        _ = try await (store.event(ofRun: id), store.jobs(ofRun: id), store.jobs(ofRuns: [id]), store.job(job.id))
        _ = try await (store.allAttempts(ofRun: id), store.steps(ofJob: job.id), store.steps(ofJobs: [job.id]))
        _ = try await (store.annotations(ofJob: job.id), store.annotations(ofRun: id), store.progressOffset(ofJob: 1))
        for var filter in RunListTests.filters {
            _ = try await store.runs(filter)
            filter.before = 50
            _ = try await store.runs(filter)
        }
        _ = try await (store.repositoryOverviews(latest: 3), store.statistics(), store.pendingApprovals())
        try await callSearch(store)
        _ = try await (store.earlierAttempts(ofRun: id), store.inputs(ofRun: id))
        _ = try await store.workflowStates([
            WorkflowStateQuery(repository: "app"), WorkflowStateQuery(repository: "app", branch: "main"),
        ])
        _ = try await store.prune(
            keeping: RetentionPolicy(days: 1, newestRuns: 99_990, recordDays: 1),
            now: Example.date.addingTimeInterval(9 * 86400))
        try await store.confirmRemoval(ofRuns: [1])
    }

    private static func callSearch(_ store: Store) async throws {
        _ = try await store.runs(matching: RunSearch(terms: [.init("change"), .init("abcd", in: .commit)], before: 50))
        _ = try await store.runs(matching: RunSearch(terms: [.init("change")], status: .completed, conclusion: .failure))
        _ = try await store.runs(matching: RunSearch(terms: [], conclusion: .failure))
        _ = try await (store.oldestRun(), store.runningJobs(limit: 9), store.nextArtifactsToExpire(limit: 9))
        _ = try await (store.testReports(of: "app", limit: 9), store.overview(StoreOverviewLimits(failedSince: Example.date)))
        let branch = BranchPipeline(repository: "app", workflowPath: "ci.yml", branch: "main")
        _ = try await store.failureStreaks(of: [branch])
        _ = try await store.usualDurations(of: [WorkflowFile(repository: "app", path: "ci.yml")])
        for filter in [
            AuditFilter(actor: "a"), AuditFilter(action: "b"), AuditFilter(subject: "c"), AuditFilter(to: Example.date),
        ] { _ = try await store.auditPage(filter) }
        _ = try await store.auditedActions()
    }

    private static func callAccounts(_ store: Store) async throws {
        let added = try await store.addUser(StoredUser(name: "anna", role: .admin, createdAt: Example.date))
        let user = try #require(added)
        _ = try await (store.users(), store.user(named: "anna"), store.user(user.id), store.hasUsers())
        _ = try await store.beginSession([1], user: user, at: Example.date)
        _ = try await (store.session([1]), store.noteUse(ofSession: [1], at: Example.date))
        try await store.endSessions(ofUser: user.id)
        _ = try await store.changeUser(user.id) { $0.isDisabled = true }?.after
        let token = StoredToken(userID: user.id, name: "t", scopes: ["read"], createdAt: Example.date)
        let made = try await store.addToken(token, digest: [2])
        _ = try await (store.token(digest: [2])?.token, store.token(made.id), store.tokens(ofUser: user.id))
        try await store.noteUse(ofToken: made.id, at: Example.date)
        try await store.revokeToken(made.id, at: Example.date)
        try await store.endSession([1])
        try await store.removeSessions(unusedSince: Example.date)
        _ = try await store.removeUser(user.id)
        let identity = ExternalIdentity(issuer: "https://login.example.org", subject: "1")
        let guest = StoredUser(name: "bo", identity: identity, role: .viewer, createdAt: Example.date)
        for role in [Role.viewer, .admin] {
            var user = guest
            user.role = role
            _ = try await (store.admit(user), store.user(of: identity))
        }
    }

    private static func callStorage(_ store: Store, job: Job) async throws {
        let (artifact, entry) = (Example.artifact(1, run: job.runID), Example.cacheEntry(2))
        _ = try await store.apply(
            JobProgress(
                jobID: job.id, from: 9, to: 10,
                storage: [
                    .artifactStored(artifact), .artifactRemoved(id: 1, at: Example.date), .cacheStored(entry),
                    .cacheUsed(id: 2, at: Example.date), .cacheRemoved(2),
                ]))
        _ = try await store.apply(
            JobProgress(jobID: job.id, from: 10, to: 11, deployments: [Example.deployment(3, of: job)]))
        _ = try await (store.deployments(ofRun: job.runID), store.deployment(3), store.newestDeployment(ofService: "arn"))
        _ = try await (store.artifacts(ofRun: job.runID), store.artifact(1), store.expiredArtifacts(at: Example.date))
        try await store.markArtifactRemoved(1, at: Example.date)
        try await store.setCaches(of: "app", to: [entry], seenUpTo: 9)
        try await store.setCaches(of: "app", to: [], seenUpTo: 9)
        _ = try await (store.caches(of: "app"), store.cache(2), store.removeCache(2))
    }

    private static func callOutbox(_ store: Store) async throws {
        try await store.setToldRepositories(["app"])
        let run = try await store.addRun(Example.run(status: .completed, conclusion: .success)).run.id
        let last = try await store.occurrences(limit: 9).last?.occurrence.id
        let message = OutboxMessage(
            target: "hook", lane: "1", event: "run.completed", delivery: "d", runID: run, repository: "app", content: "{}",
            createdAt: Example.date, dueAt: Example.date, expiresAt: Example.date)
        try await store.post([NewOutboxMessage(message, replacesOlder: true)], upTo: last ?? 0)
        let found = try await store.nextMessage(for: "hook")?.message ?? message
        try await store.settle(
            found, .again("no", isUnauthorized: false, dueAt: Example.date, targetResumesAt: Example.date), at: Example.date)
        try await store.askAgain("hook", at: Example.date)
        try await store.settle(found, .delivered("taken"), at: Example.date)
        _ = try await store.redeliver(found, at: Example.date, until: Example.date)
        _ = try await store.outboxMessage(found.id)
        _ = try await store.outboxMessages(for: "hook", limit: 9)
        _ = try await store.outboxTroubles()
        _ = try await store.tidyOutbox(at: Example.date, endedBefore: Example.date)
        try await store.setToldRepositories([])
    }

    private static func callTriggers(_ store: Store) async throws {
        let delivery = WebhookDelivery(
            forge: "github", deliveryID: "a", eventName: "push", repository: "app", body: [1], receivedAt: Example.date)
        _ = try await (store.receive(delivery), store.pendingDeliveries(of: "app", limit: 9), store.pendingDelivery(1))
        _ = try await store.deliveryOutcome(of: "a", forge: "github", repository: "app")
        for (number, before) in [(1, 0), (3, 2), (2, 1), (3, 2), (1, 3), (9, 8), (8, 7)] {
            let event = Example.push(number, before: before)
            _ = try await store.record(TriggerOutcome(event: event, key: .push(moves: number == 2), deliveryID: 1))
        }
        try await store.finishDelivery(1, outcome: "done")
        try await store.recordReferences([ReferenceState(ref: "refs/heads/main", commit: nil)], of: "app")
        _ = try await store.knownReferences(of: "app")
        _ = try await (store.triggerRecords(), store.triggerRecords(repository: "app"))
        try await store.recordPoll(RemoteStatus(repository: "app"))
        _ = try await (store.remoteStatus(of: "app"), store.remoteStatuses())
        let schedule = Schedule(repository: "app", workflowPath: "n.yml", cron: "* * * * *")
        let tick = ScheduleTick(schedule: schedule, dueAt: Example.date, outcome: .fired)
        _ = try await store.record(TriggerOutcome(event: Example.push(1), key: .tick(tick)))
        try await store.recordTick(tick)
        _ = try await (store.lastTick(of: schedule), store.scheduleTicks(of: "app"))
        let secret = SealedSecret(scope: "", name: "A", sealed: [1], updatedAt: Example.date, updatedBy: "anna")
        try await store.setSecret(secret)
        _ = try await (store.secrets(), store.secrets(usableBy: "app"), store.removeSecret("A", scope: ""))
        try await store.audit(AuditEntry(at: Example.date, actor: "a", action: "b", subject: "c"))
        _ = try await store.auditPage(AuditFilter()).entries
        try await store.keepLock(ActionLockTests.entry())
        _ = try await (store.lockedReference("v1", of: "team/say"), store.lockedReferences(), store.lockedReferences(of: "a/b"))
    }
}
