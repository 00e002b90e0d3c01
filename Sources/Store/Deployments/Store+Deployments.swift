public import Plan

extension Store {
    /// What a run's jobs deployed, in the order in which they began.
    public func deployments(ofRun id: Int64) async throws(StoreError) -> [Deployment] {
        try await read("read the deployments of run \(id)") { database in try DeploymentsTable.all(ofRun: id, database) }
    }

    public func deployment(_ id: Int64) async throws(StoreError) -> Deployment? {
        try await read("read deployment \(id)") { database in try DeploymentsTable.deployment(id, database) }
    }

    /// The deployment that gave a service a definition last, before another one; nil where none did, or its run is gone.
    public func deployment(
        of definition: String, ofService arn: String, before id: Int64
    ) async throws(StoreError) -> Deployment? {
        try await read("read who deployed \(definition) to \(arn)") { database in
            try DeploymentsTable.maker(of: definition, ofService: arn, before: id, database)
        }
    }

    /// What a service was given last.
    public func newestDeployment(ofService arn: String) async throws(StoreError) -> Deployment? {
        try await read("read what was deployed to \(arn)") { database in try DeploymentsTable.newest(ofService: arn, database) }
    }
}

/// How a service stands.
public struct StandingDeployment: Equatable, Sendable {
    /// What it was given last, however that ended.
    public var newest: Deployment
    /// What it runs: the newest one that went well; nil where none of the last ones did.
    public var standing: Deployment?

    public init(newest: Deployment, standing: Deployment?) {
        self.newest = newest
        self.standing = standing
    }
}
