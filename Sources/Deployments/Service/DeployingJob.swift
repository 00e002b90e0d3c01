public import AWS
public import Execution
internal import FoundationEssentials
public import Plan
internal import Storage

/// The job that deploys: who it is, how it is stopped, and to whom it tells.
public struct DeployingJob {
    public let runID: Int64
    public let jobID: Int64
    public let repository: String
    public let commit: String
    public let cancellation: Cancellation
    let ref: String
    /// The bare mirror of its repository.
    let mirror: String
    /// The folder of what is deployed where; shared by all jobs of this host.
    let folder: String
    let ledger: Ledger
    let tell: (Deployment) -> Void
    let now: @Sendable () -> Date

    /// - Parameter tell: takes each deployment as it begins and as it ends.
    /// - Throws: `unavailable` where the job can't deploy.
    public init(
        _ assignment: JobAssignment, cancellation: Cancellation, tell: @escaping (Deployment) -> Void
    ) throws(DeploymentError) {
        guard let folder = assignment.deployments, let storage = assignment.storage else {
            throw DeploymentError(.unavailable, "there is no place here to write down what is deployed")
        }
        runID = assignment.runID
        jobID = assignment.jobID
        repository = storage.repository
        commit = assignment.source.commit
        ref = assignment.source.ref
        mirror = assignment.source.mirror
        self.cancellation = cancellation
        self.folder = folder
        self.tell = tell
        let now: @Sendable () -> Date = { Date() }
        self.now = now
        ledger = Ledger(path: storage.ledger, milliseconds: { Int64(now().timeIntervalSince1970 * 1000) })
    }

    var isCancelled: Bool { cancellation.level != .none }

    /// As other jobs are told of it.
    var title: String { "run \(runID) (\(GitReference(ref).shortName), \(commit.prefix(8)))" }

    /// Calls end when the job is to stop.
    public var patience: AWSPatience { AWSPatience(descriptor: cancellation.descriptor) }

    /// Waits.
    ///
    /// - Throws: `cancelled` where the job is to stop.
    func pause(_ time: Duration) throws(DeploymentError) {
        // The descriptor doesn't know of a step's time limit: that is looked at now and then.
        let end = ContinuousClock.now + time
        while !isCancelled {
            let rest = end - ContinuousClock.now
            if rest <= .zero { return }
            patience.wait(min(rest, .seconds(1)))
        }
        throw DeploymentError(.cancelled, cancellation.reason)
    }

    func nextID() throws(DeploymentError) -> Int64 {
        do throws(StorageError) { return try ledger.nextID() } catch { throw DeploymentError(.unavailable, error.message) }
    }
}
