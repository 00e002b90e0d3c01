internal import FoundationEssentials
internal import GRDB
internal import Plan

/// When a job deployed what its run had measured until then.
struct DeploymentMoment {
    var jobID: Int64
    /// A deployment to an environment is its whole job: what gates of the job measured belongs to it whenever that was.
    var isWholeJob: Bool
    var startedAt: Date

    init(_ deployment: Deployment) {
        (jobID, isWholeJob, startedAt) = (deployment.jobID, false, deployment.startedAt)
    }

    /// Of a rollback the deployment that it brings back.
    init(_ deployment: EnvironmentDeployment, _ database: Database) throws {
        var origin = deployment
        while let id = origin.restores, id < origin.id,
            let earlier = try EnvironmentDeploymentsTable.deployment(id, database)
        {
            origin = earlier
        }
        (jobID, isWholeJob, startedAt) = (origin.jobID, true, origin.startedAt)
    }

    /// The last of a run that took hold; nil: it deployed nothing.
    static func last(ofRun id: Int64, _ database: Database) throws -> DeploymentMoment? {
        let services = try DeploymentsTable.all(ofRun: id, database).filter(\.status.takesHold).map {
            DeploymentMoment($0)
        }
        let environments = try EnvironmentDeploymentsTable.all(ofRun: id, database).filter { $0.status == .succeeded }
            .map { try DeploymentMoment($0, database) }
        return (services + environments).max { $0.startedAt < $1.startedAt }
    }
}
