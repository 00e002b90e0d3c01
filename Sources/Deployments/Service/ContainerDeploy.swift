internal import Execution
public import Plan

/// What is written down of one container that a job puts in the place of the one with its name.
///
/// Contract: whoever has one has the turn at the container's name; `check` before anything is changed, then `begin`, then `end`.
public struct ContainerDeploy {
    private let job: DeployingJob
    private let host: String
    private let name: String
    private let undoes: Int64?
    private let folder: String
    private var deployment: Deployment?

    /// - Parameters:
    ///   - host: of the engine.
    ///   - undoes: the deployment that is undone; nil: this is no step back.
    /// - Throws: `unavailable` where nothing can be written down.
    public init(_ name: String, on host: String, undoing undoes: Int64?, of job: DeployingJob) throws(DeploymentError) {
        self.job = job
        self.host = host
        self.name = name
        self.undoes = undoes
        folder = try ServiceFolder.make(Self.identity(name, host), in: job.folder)
    }

    /// The container's name in the whole world, as far as Slipway's hosts go.
    private static func identity(_ name: String, _ host: String) -> String { "docker:\(host)/\(name)" }

    /// Whether somebody has deployed since what is to be undone.
    public func check() throws(DeploymentError) {
        guard let undoes, let last = try ServiceHistory.read(in: folder).current, last.id > undoes else { return }
        throw DeploymentError(
            .older,
            "run \(last.runID) has replaced the container \(name) since this was asked for: it is left as it is. Look at what it runs "
                + "now, and roll that deployment back (\"slipway rollback \(last.runID)\") where it is still wanted")
    }

    /// - Parameters:
    ///   - image: by which the very same image can be had again; `previous` as well, nil where there was no container.
    ///   - inputs: as `Deployment` has them.
    public mutating func begin(
        image: String, after previous: String?, inputs: [String: String?], images: [Deployment.Image]
    ) throws(DeploymentError) {
        var deployment = Deployment(
            id: try job.nextID(), runID: job.runID, jobID: job.jobID, repository: job.repository, commit: job.commit, region: "",
            cluster: host, service: name, serviceARN: Self.identity(name, host), previousTaskDefinition: previous,
            taskDefinition: image, images: images, undoes: undoes, startedAt: job.now(), inputs: inputs)
        var history = try ServiceHistory.read(in: folder)
        if undoes != nil { deployment.commit = history.deployment(of: image, inputs: inputs)?.commit ?? "" }
        history.begin(deployment)
        try history.write(in: folder)
        self.deployment = deployment
        job.tell(deployment)
    }

    /// - Parameter leavesEarlier: whether the container from before runs.
    /// - Throws: where the end can't be written down; it is told all the same.
    public func end(_ status: Deployment.Status, _ reason: String?, leavesEarlier: Bool = false) throws(DeploymentError) {
        guard let ended = deployment?.ended(status, reason, at: job.now()) else { return }
        job.tell(ended)
        var history = try ServiceHistory.read(in: folder)
        history.end(ended, leavesEarlier: leavesEarlier)
        try history.write(in: folder)
    }
}
