internal import PercentCoding
internal import Plan

/// A deployment to an environment as the pages show it.
enum EnvironmentValues {
    static func deployment(_ deployment: EnvironmentDeployment) -> PageValues {
        let isLink = deployment.url.map(isWebAddress) ?? false
        let isRollback = deployment.releasedRunID != deployment.runID
        return [
            "id": deployment.id, "name": deployment.environment, "badge": badge(deployment.status),
            "address": address(of: deployment.environment, repository: deployment.repository), "runID": deployment.runID,
            "jobID": deployment.jobID, "commit": deployment.commit, "shortCommit": String(deployment.commit.prefix(8)),
            "ref": GitReference(deployment.ref).shortName, "actor": deployment.actor,
            // Whatever the pipeline's author wrote must not become a script's address.
            "url": Filled(isLink ? deployment.url : nil), "plainURL": Filled(isLink ? nil : deployment.url),
            "restored": Filled(isRollback ? String(deployment.releasedRunID) : nil), "reason": Filled(deployment.reason),
            "started": HTMLText.time(deployment.startedAt), "finished": HTMLText.time(deployment.finishedAt),
            "duration": HTMLText.duration(from: deployment.startedAt, to: deployment.finishedAt),
        ]
    }

    static func address(of environment: String, repository: String) -> String {
        let path = RepositoryPath.encoded(repository)
        return "/repositories/\(path)/environments/\(PercentEncoding.encoded(environment))"
    }

    private static func isWebAddress(_ text: String) -> Bool {
        text.lowercased().hasPrefix("https://") || text.lowercased().hasPrefix("http://")
    }

    static func badge(_ status: Deployment.Status) -> String {
        switch status {
        case .running, .begun: Mood(name: "running", label: "Deploying").badge
        case .succeeded: Mood(name: "success", label: "Deployed").badge
        case .failed, .rolledBack, .superseded: Mood(name: "failure", label: "Failed").badge
        case .cancelled: Mood(name: "cancelled", label: "Cancelled").badge
        case .lost: Mood(name: "lost", label: "Lost").badge
        }
    }
}
