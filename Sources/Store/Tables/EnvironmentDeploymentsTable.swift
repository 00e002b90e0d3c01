internal import Expressions
internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `environment_deployments`: a row for each job that deployed to an environment, kept beside the job's own.
enum EnvironmentDeploymentsTable {
    private static let columns = """
        id, repository, environment, run_id, job_id, commit_id, ref, actor, url, restores, released_run_id,
        status, reason, started_at, finished_at
        """

    /// Takes over how a job stands, where it makes a deployment.
    ///
    /// - Returns: whether a deployment began, changed or ended.
    static func follow(_ job: Job, _ database: Database) throws -> Bool {
        guard let environment = job.environment, environment.isDeployment else { return false }
        if let original = job.reusedFrom { return try followOverride(job, of: original, database) }
        let before = try deployment(ofJob: job.id, database)
        // What ended before it began never was a deployment.
        guard let startedAt = job.startedAt ?? before?.startedAt else { return false }
        if before == nil { try insert(job, environment, at: startedAt, database) }
        let (status, reason) = try end(of: job, database)
        try database.change(
            """
            UPDATE environment_deployments SET url = ?, status = ?, reason = ?, started_at = ?, finished_at = ? WHERE job_id = ?
            """,
            [
                environment.url, status.rawValue, reason, startedAt.databaseSeconds, job.finishedAt?.databaseSeconds, job.id,
            ])
        guard let now = try deployment(ofJob: job.id, database) else { throw RowRefusal.missing("run \(job.runID)") }
        // Only as it succeeds: what is written again later is not deployed again.
        try EnvironmentsTable.note(now, isNowCurrent: status == .succeeded && before?.status != .succeeded, database)
        return now != before
    }

    /// A job that failed by its gate, and counts as passed by a person's word, has deployed, if its steps did before the gate.
    private static func followOverride(_ job: Job, of original: Int64, _ database: Database) throws -> Bool {
        guard job.isLetThrough, var deployment = try deployment(ofJob: original, database), deployment.status == .failed else {
            return false
        }
        guard try !StepsTable.hasSkippedAfterFailure(ofJob: original, database) else { return false }
        (deployment.status, deployment.reason) = (.succeeded, job.reason)
        try database.change(
            "UPDATE environment_deployments SET status = ?, reason = ? WHERE id = ?",
            [deployment.status.rawValue, deployment.reason, deployment.id])
        let newest = try EnvironmentsTable.state(of: deployment.environment, repository: deployment.repository, database)?.current
        // What was deployed since stays.
        let isNewer = newest.map { $0.startedAt < deployment.startedAt } ?? true
        try EnvironmentsTable.note(deployment, isNowCurrent: isNewer, database)
        return true
    }

    /// How a job's deployment stands. Where a gate of the job was let through by a person, and steps after it did not run, nothing was
    /// deployed.
    private static func end(of job: Job, _ database: Database) throws -> (Deployment.Status, reason: String?) {
        guard job.isLetThrough, try StepsTable.hasSkippedAfterFailure(ofJob: job.id, database) else {
            return (job.deploymentStatus, job.reason)
        }
        let remedy = "what is to go on after the answer belongs into a job that needs this one"
        return (.cancelled, "steps after its gate did not run: \(remedy)")
    }

    private static func insert(
        _ job: Job, _ environment: JobEnvironment, at startedAt: Date, _ database: Database
    ) throws {
        let restored = try environment.restores.flatMap { try deployment($0, database) }
        try database.change(
            """
            INSERT INTO environment_deployments(repository, environment, run_id, job_id, commit_id, ref, actor, restores,
                released_run_id, status, started_at)
            SELECT repository, ?, id, ?, commit_id, ref, actor, ?, ?, ?, ? FROM runs WHERE id = ?
            """,
            [
                environment.name, job.id, environment.restores, restored?.releasedRunID ?? job.runID,
                Deployment.Status.running.rawValue, startedAt.databaseSeconds, job.runID,
            ])
    }

    static func deployment(_ id: Int64, _ database: Database) throws -> EnvironmentDeployment? {
        try database.row("SELECT \(columns) FROM environment_deployments WHERE id = ?", [id], decode: deployment(from:))
    }

    static func deployment(ofJob id: Int64, _ database: Database) throws -> EnvironmentDeployment? {
        try database.row("SELECT \(columns) FROM environment_deployments WHERE job_id = ?", [id], decode: deployment(from:))
    }

    /// In the order in which they began.
    static func all(ofRun id: Int64, _ database: Database) throws -> [EnvironmentDeployment] {
        try database.rows(
            """
            SELECT \(columns) FROM environment_deployments INDEXED BY environment_deployments_by_run
            WHERE run_id = ? ORDER BY id
            """, [id], decode: deployment(from:))
    }

    /// The newest first.
    static func newest(
        of environment: String, repository: String, before: Int64, limit: Int, _ database: Database
    ) throws -> [EnvironmentDeployment] {
        try database.rows(
            """
            SELECT \(columns) FROM environment_deployments INDEXED BY environment_deployments_by_environment
            WHERE repository = ? AND environment = ? AND id < ? ORDER BY id DESC LIMIT ?
            """, [repository, environment, before, limit], decode: deployment(from:))
    }

    /// How many deployments are looked at, the newest first.
    private static let mostCompared = 500

    /// The newest that a newer run of the same workflow and ref made by the same job, of another commit.
    static func newer(
        than job: Job, of run: Run, in environment: String, _ database: Database
    ) throws -> EnvironmentDeployment? {
        let cells = try cells(of: job, database)
        return try newest(of: environment, repository: run.repository, before: .max, limit: mostCompared, database).first {
            other in
            guard other.runID > run.id, other.ref == run.ref, other.status == .succeeded, other.restores == nil,
                other.commit != run.commit, let twin = try JobsTable.job(other.jobID, database), twin.key == job.key,
                try Self.cells(of: twin, database) == cells
            else { return false }
            return try RunsTable.run(other.runID, database)?.workflowPath == run.workflowPath
        }
    }

    /// Which cell of its matrix a job is, and which of theirs those are that call it: cells have one key.
    private static func cells(of job: Job, _ database: Database) throws -> [ExpressionObject?] {
        var (cells, next) = ([job.matrix], job.callerID)
        while let id = next, let caller = try JobsTable.job(id, database) {
            cells.append(caller.matrix)
            next = caller.callerID
        }
        return cells
    }

    private static func deployment(from row: Row) throws -> EnvironmentDeployment {
        var columns = ColumnReader(row, of: "environment_deployments")
        return EnvironmentDeployment(
            id: try columns.next(), repository: try columns.next(), environment: try columns.next(),
            runID: try columns.next(), jobID: try columns.next(), commit: try columns.next(), ref: try columns.next(),
            actor: try columns.next(), url: try columns.next(), restores: try columns.next(), releasedRunID: try columns.next(),
            status: try columns.word(),
            reason: try columns.next(), startedAt: try columns.date(), finishedAt: try columns.dateIfAny())
    }
}

extension Job {
    /// Whether a gate failed it, or asked a person, and it counts as passed by what a person said.
    fileprivate var isLetThrough: Bool {
        guard conclusion == .success, let approval, approval.kind != .start else { return false }
        return approval.answer?.verdict == .approved
    }

    fileprivate var deploymentStatus: Deployment.Status {
        switch conclusion {
        case nil: .running
        case .success: .succeeded
        case .cancelled, .skipped: .cancelled
        case .lost: .lost
        default: .failed
        }
    }
}
