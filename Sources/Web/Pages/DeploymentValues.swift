internal import Plan

/// A deployment as a line of a page.
enum DeploymentValues {
    /// - Parameter job: the name of the job that made it.
    static func line(_ deployment: Deployment, job: String?, run: Int64) -> PageValues {
        [
            "id": deployment.id, "badge": badge(deployment.status), "target": "\(deployment.cluster)/\(deployment.service)",
            "region": deployment.region, "taskDefinition": shortName(deployment.taskDefinition),
            "taskDefinitionARN": deployment.taskDefinition,
            "previous": Filled(deployment.previousTaskDefinition.map(shortName)), "reason": Filled(deployment.reason),
            "images": deployment.images.map { image -> PageValues in
                [
                    "name": image.name, "digest": Filled(image.digest.map { String($0.prefix(19)) }),
                    "fullDigest": image.digest ?? "",
                ]
            },
            "started": HTMLText.time(deployment.startedAt), "job": Filled(job), "jobID": deployment.jobID,
            "canRollBack": canRollBack(deployment), "longest": ApprovalEndpoints.longestComment,
            "isRollback": deployment.undoes != nil,
        ]
    }

    /// Whether there is a button for it. The daemon has the last word: somebody may have deployed since, and a container of the same
    /// image may have had the same inputs before.
    private static func canRollBack(_ deployment: Deployment) -> Bool {
        guard let previous = deployment.previousTaskDefinition, previous != deployment.taskDefinition || deployment.isContainer
        else { return false }
        return deployment.status.isOver && deployment.status != .rolledBack
    }

    private static func shortName(_ name: String) -> String { Deployment.shortName(ofDefinition: name) }

    static func badge(_ status: Deployment.Status) -> String {
        switch status {
        case .running: Mood(name: "running", label: "Rolling out").badge
        case .begun: Mood(name: "success", label: "Begun").badge
        case .succeeded: Mood(name: "success", label: "Deployed").badge
        case .failed: Mood(name: "failure", label: "Failed").badge
        case .rolledBack: Mood(name: "failure", label: "Failed, rolled back").badge
        case .superseded: Mood(name: "failure", label: "Superseded").badge
        case .cancelled: Mood(name: "cancelled", label: "Not seen to its end").badge
        case .lost: Mood(name: "lost", label: "Not seen to its end").badge
        }
    }
}
