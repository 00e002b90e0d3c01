public import Plan

extension Store {
    /// Nil where nothing was ever deployed to it. Retention keeps the run of its current deployment.
    ///
    /// - Parameter name: in any case.
    public func environment(_ name: String, of repository: String) async throws(StoreError) -> EnvironmentState? {
        try await read("read the environment \(name) of \(repository)") { database in
            try EnvironmentsTable.state(of: name, repository: repository, database)
        }
    }

    /// The environments that something was deployed to, by repository and name.
    ///
    /// - Parameter repository: nil: of all.
    public func environments(ofRepository repository: String? = nil) async throws(StoreError) -> [EnvironmentState] {
        try await read("list the environments") { database in try EnvironmentsTable.all(of: repository, database) }
    }

    /// What was deployed to an environment, the newest first.
    ///
    /// - Parameter before: only deployments with a lower id.
    public func environmentDeployments(
        repository: String, environment: String, before: Int64? = nil, limit: Int = 50
    ) async throws(StoreError) -> [EnvironmentDeployment] {
        try await read("list what was deployed to \(environment) of \(repository)") { database in
            try EnvironmentDeploymentsTable.newest(
                of: environment, repository: repository, before: before ?? .max, limit: min(max(limit, 1), 1000), database)
        }
    }

    /// What a newer run of the same workflow and ref deployed by the same job to the job's environment, of another commit; nil: none
    /// did that is on record. Steps back don't count.
    public func newerDeployment(than job: Job, of run: Run) async throws(StoreError) -> EnvironmentDeployment? {
        guard let environment = job.environment else { return nil }
        return try await read("look what is deployed to \(environment.name) of \(run.repository)") { database in
            try EnvironmentDeploymentsTable.newer(than: job, of: run, in: environment.name, database)
        }
    }

    /// What a run's jobs deployed to environments, in the order in which they began.
    public func environmentDeployments(ofRun id: Int64) async throws(StoreError) -> [EnvironmentDeployment] {
        try await read("read what run \(id) deployed") { database in
            try EnvironmentDeploymentsTable.all(ofRun: id, database)
        }
    }

    public func environmentDeployment(_ id: Int64) async throws(StoreError) -> EnvironmentDeployment? {
        try await read("read the deployment \(id) to an environment") { database in
            try EnvironmentDeploymentsTable.deployment(id, database)
        }
    }

    /// What services were given to run by these jobs, in the order in which that began.
    public func deployments(ofJobs ids: [Int64]) async throws(StoreError) -> [Deployment] {
        try await read("read what jobs deployed") { database in
            try ids.flatMap { try DeploymentsTable.all(ofJob: $0, database) }.sorted { $0.id < $1.id }
        }
    }
}
