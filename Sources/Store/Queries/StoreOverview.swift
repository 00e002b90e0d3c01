public import FoundationEssentials
internal import GRDB
public import Plan

/// A job that has not begun, waits for a person or stands still, with its run.
public struct PendingJob: Equatable, Sendable {
    public var run: Run
    public var job: Job

    public init(run: Run, job: Job) {
        self.run = run
        self.job = job
    }
}

/// What goes on in all repositories, of one moment: it is read in one transaction.
public struct StoreOverview: Sendable {
    /// The newest runs that are under way.
    public var running: [Run]
    /// The newest runs that are over.
    public var ended: [Run]
    /// What waits for an approval, the oldest first.
    public var approvals: [PendingJob]
    /// How many jobs wait for an approval.
    public var approvalCount: Int
    /// Jobs that have not begun, of each status the ones that wait longest first.
    public var pending: [PendingJob]
    /// Jobs that stand still after a failure.
    public var paused: [PendingJob]
    /// The newest attempts at the jobs of the runs that are under way, wait for an approval or stand still, by the run.
    public var jobs: [Int64: [Job]]
    /// The branches on which runs failed lately and that the remote still has, those that failed last first. Whether they are
    /// broken still, `failureStreaks` tells.
    public var failedBranches: [BranchPipeline]
    /// What each service was given last and what it runs, by the service's name.
    public var deployed: [StandingDeployment]
    /// The environments that something was deployed to, by repository and name.
    public var environments: [EnvironmentState]
    public var statistics: StoreStatistics
}

/// How much of everything an overview holds.
public struct StoreOverviewLimits: Sendable {
    public var running = 20
    public var ended = 8
    public var approvals = 50
    /// Of each status.
    public var pending = 60
    public var paused = 60
    /// How many failed runs are looked at of each way to fail.
    public var failed = 100
    /// Failed runs that were made before it don't count.
    public var failedSince: Date
    public var deployed = 100

    public init(failedSince: Date) { self.failedSince = failedSince }
}

extension Store {
    public func overview(_ limits: StoreOverviewLimits) async throws(StoreError) -> StoreOverview {
        try await read("read what goes on") { database in try StoreOverview(limits, of: database) }
    }
}

extension StoreOverview {
    fileprivate init(_ limits: StoreOverviewLimits, of database: Database) throws {
        running = try RunsTable.page(RunFilter(status: .running, limit: limits.running), database).runs
        ended = try RunsTable.page(RunFilter(status: .completed, limit: limits.ended), database).runs
        approvals = try JobsTable.pendingApprovals(limit: limits.approvals, database)
        approvalCount = try JobsTable.countAwaitingApproval(database)
        pending = try [Status.queued, .waiting].flatMap { status in
            try PendingJob.withRuns(try JobsTable.unfinished(status, limit: limits.pending, database), database)
        }
        paused = try PendingJob.withRuns(try JobsTable.paused(limit: limits.paused, database), database)
        jobs = [:]
        for run in running + approvals.map(\.run) + paused.map(\.run) where jobs[run.id] == nil {
            jobs[run.id] = try JobsTable.all(ofRun: run.id, database).newest()
        }
        failedBranches = try RunsTable.recentlyFailedBranches(since: limits.failedSince, limit: limits.failed, database)
        deployed = try DeploymentsTable.newestOfEach(limit: limits.deployed, database)
        environments = try EnvironmentsTable.all(of: nil, database)
        statistics = try StoreStatistics(of: database)
    }
}

extension PendingJob {
    static func withRuns(_ jobs: [Job], _ database: Database) throws -> [PendingJob] {
        try jobs.compactMap { job in try RunsTable.run(job.runID, database).map { PendingJob(run: $0, job: job) } }
    }
}
