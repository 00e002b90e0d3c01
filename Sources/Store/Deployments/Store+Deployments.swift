public import Plan

extension Store {
    /// What a run's jobs deployed, in the order in which they began.
    public func deployments(ofRun id: Int64) async throws(StoreError) -> [Deployment] {
        try await read("read the deployments of run \(id)") { database in try DeploymentsTable.all(ofRun: id, database) }
    }

    public func deployment(_ id: Int64) async throws(StoreError) -> Deployment? {
        try await read("read deployment \(id)") { database in try DeploymentsTable.deployment(id, database) }
    }

    /// What a service was given last.
    public func newestDeployment(ofService arn: String) async throws(StoreError) -> Deployment? {
        try await read("read what was deployed to \(arn)") { database in try DeploymentsTable.newest(ofService: arn, database) }
    }
}
