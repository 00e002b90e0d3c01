internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `deployments`.
enum DeploymentsTable {
    private static let columns = """
        id, run_id, job_id, repository, commit_id, region, cluster, service, service_arn, previous_task_definition,
        task_definition, images, undoes, status, reason, started_at, finished_at, inputs
        """

    /// A journal that is read again changes nothing: a deployment's end is told after its beginning.
    static func upsert(_ deployment: Deployment, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO deployments(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET status = excluded.status, reason = excluded.reason, finished_at = excluded.finished_at
            """,
            [
                deployment.id, deployment.runID, deployment.jobID, deployment.repository, deployment.commit, deployment.region,
                deployment.cluster, deployment.service, deployment.serviceARN, deployment.previousTaskDefinition,
                deployment.taskDefinition, try JSONText.encode(deployment.images), deployment.undoes,
                deployment.status.rawValue, deployment.reason, deployment.startedAt.databaseSeconds,
                deployment.finishedAt?.databaseSeconds, try deployment.inputs.map { try JSONText.encode(value: $0) },
            ])
    }

    static func deployment(_ id: Int64, _ database: Database) throws -> Deployment? {
        try database.row("SELECT \(columns) FROM deployments WHERE id = ?", [id], decode: deployment(from:))
    }

    /// In the order in which they began.
    static func all(ofRun id: Int64, _ database: Database) throws -> [Deployment] {
        try database.rows(
            "SELECT \(columns) FROM deployments INDEXED BY deployments_by_run WHERE run_id = ? ORDER BY id", [id],
            decode: deployment(from:))
    }

    /// In the order in which they began.
    static func all(ofJob id: Int64, _ database: Database) throws -> [Deployment] {
        try database.rows(
            "SELECT \(columns) FROM deployments INDEXED BY deployments_by_job WHERE job_id = ? ORDER BY id", [id],
            decode: deployment(from:))
    }

    /// The one that began last.
    static func newest(ofService arn: String, _ database: Database) throws -> Deployment? {
        try database.row(
            """
            SELECT \(columns) FROM deployments INDEXED BY deployments_by_service
            WHERE service_arn = ? ORDER BY id DESC LIMIT 1
            """, [arn], decode: deployment(from:))
    }

    /// The newest one that gave a service a definition, before another one.
    static func maker(
        of definition: String, ofService arn: String, before id: Int64, _ database: Database
    ) throws -> Deployment? {
        try database.row(
            """
            SELECT \(columns) FROM deployments INDEXED BY deployments_by_service
            WHERE service_arn = ? AND id < ? AND task_definition = ? AND status IN ('succeeded', 'begun')
            ORDER BY id DESC LIMIT 1
            """, [arn, id, definition], decode: deployment(from:))
    }

    /// Of each service what was deployed last; by the service's name in the world.
    ///
    /// The index is read service by service, so that a long history of one costs nothing.
    static func newestOfEach(limit: Int, _ database: Database) throws -> [StandingDeployment] {
        var found: [StandingDeployment] = []
        var arn = ""
        while found.count < limit {
            let next = try database.row(
                """
                SELECT service_arn FROM deployments INDEXED BY deployments_by_service
                WHERE service_arn > ? ORDER BY service_arn LIMIT 1
                """, [arn]
            ) { row in try row.decode(String.self, atIndex: 0) }
            guard let next, let newest = try newest(ofService: next, database) else { break }
            arn = next
            found.append(StandingDeployment(newest: newest, standing: try standing(ofService: next, database)))
        }
        return found
    }

    /// The newest one that became what the service runs, among the last ones.
    private static func standing(ofService arn: String, _ database: Database) throws -> Deployment? {
        try database.rows(
            """
            SELECT \(columns) FROM deployments INDEXED BY deployments_by_service
            WHERE service_arn = ? ORDER BY id DESC LIMIT 20
            """, [arn], decode: deployment(from:)
        ).first { $0.status.takesHold }
    }

    /// What each service runs by a deployment of a repository, in the order of the services. A container of a host may be anything,
    /// such as the candidate that is looked at: it counts by its environment.
    ///
    /// The index is read service by service: however often one is deployed to, the others are found.
    static func standing(of repository: String, _ database: Database) throws -> [Deployment] {
        let source = """
            FROM deployments INDEXED BY deployments_of_services
            WHERE repository = ? AND status IN ('succeeded', 'begun') AND inputs IS NULL
            """
        var found: [Deployment] = []
        while true {
            let next = try database.row(
                "SELECT service_arn \(source) AND service_arn > ? ORDER BY service_arn LIMIT 1",
                [repository, found.last?.serviceARN ?? ""]
            ) { row in try row.decode(String.self, atIndex: 0) }
            guard let next,
                let newest = try database.row(
                    "SELECT \(columns) \(source) AND service_arn = ? ORDER BY id DESC LIMIT 1", [repository, next],
                    decode: deployment(from:))
            else { return found }
            found.append(newest)
        }
    }

    /// The deployment that first gave the service what this one gave it again; itself where it is no rollback.
    static func origin(of deployment: Deployment, _ database: Database) throws -> Deployment {
        guard deployment.undoes != nil else { return deployment }
        let made = try database.rows(
            """
            SELECT \(columns) FROM deployments INDEXED BY deployments_by_service
            WHERE service_arn = ? AND id < ? AND task_definition = ? AND undoes IS NULL
                AND status IN ('succeeded', 'begun')
            ORDER BY id DESC LIMIT 20
            """, [deployment.serviceARN, deployment.id, deployment.taskDefinition], decode: Self.deployment(from:))
        // The same image is another deployment of a container with other inputs.
        return made.first { $0.inputs == deployment.inputs } ?? made.first ?? deployment
    }

    private static func deployment(from row: Row) throws -> Deployment {
        var columns = ColumnReader(row, of: "deployments")
        return Deployment(
            id: try columns.next(), runID: try columns.next(), jobID: try columns.next(), repository: try columns.next(),
            commit: try columns.next(), region: try columns.next(), cluster: try columns.next(), service: try columns.next(),
            serviceARN: try columns.next(), previousTaskDefinition: try columns.next(), taskDefinition: try columns.next(),
            images: try JSONText.decodeArray(try columns.next()), undoes: try columns.next(), status: try columns.word(),
            reason: try columns.next(), startedAt: try columns.date(), finishedAt: try columns.dateIfAny(),
            inputs: try (try columns.next() as String?).map { try JSONText.decode($0) })
    }
}
