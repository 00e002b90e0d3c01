internal import Execution
public import Plan
internal import Processes

/// One replacement of the container with a name: its turn, which it holds while it lives, and what is written down of it.
///
/// Contract: `begin` before anything is changed, then `end`.
public struct ContainerDeploy {
    private let job: DeployingJob
    private let host: String
    private let name: String
    private let undoes: Int64?
    private let folder: String
    private let turn: FileLock
    private var deployment: Deployment?

    /// Waits for the turn.
    ///
    /// - Parameters:
    ///   - host: of the engine.
    ///   - undoes: the deployment that is undone; nil: this is no step back.
    ///   - allowsOlder: whether a commit that is older than what is deployed may be put over it.
    ///   - log: takes for whom it waits.
    /// - Throws: `unavailable` where nothing can be written down; `older`.
    public init(
        _ name: String, on host: String, undoing undoes: Int64?, allowingOlder allowsOlder: Bool, of job: DeployingJob,
        log: (String) -> Void
    ) throws(DeploymentError) {
        self.job = job
        self.host = host
        self.name = name
        self.undoes = undoes
        folder = try ServiceFolder.make(Self.identity(name, host), in: job.folder)
        let ticket = ServiceQueue.Ticket(runID: job.runID, jobID: job.jobID, title: job.title)
        turn = try ServiceQueue(folder: folder, ticket: ticket, subject: "the container \(name)").take(
            log: log, pause: { () throws(DeploymentError) in try job.pause(.milliseconds(500)) })
        try check(allowingOlder: allowsOlder)
    }

    /// The container's name in the whole world, as far as Slipway's hosts go.
    private static func identity(_ name: String, _ host: String) -> String { "docker:\(host)/\(name)" }

    /// Whether somebody has deployed since what is to be undone, or, where nothing is, something newer.
    private func check(allowingOlder allowsOlder: Bool) throws(DeploymentError) {
        let history = try ServiceHistory.read(in: folder)
        guard let undoes else {
            if !allowsOlder { try job.checkOrder(after: history, of: "the container \(name)") }
            return
        }
        guard let last = history.current, last.id > undoes else { return }
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
