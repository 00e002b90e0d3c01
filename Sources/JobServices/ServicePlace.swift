internal import Actions
internal import Execution
internal import FoundationEssentials
internal import Plan
internal import Storage
internal import Synchronization

/// What all calls of a job's services share.
final class ServicePlace: Sendable {
    let assignment: JobAssignment
    let artifacts: RunArtifacts
    let caches: RunCaches
    let key: ServiceKey
    let uploads = UploadTable()
    let downloads = DownloadTable()
    let now: @Sendable () -> Date
    private let journal: JournalWriter
    private let ended = Atomic(false)

    /// - Throws: `ExecutionError` where no key can be made.
    init?(
        _ assignment: JobAssignment, journal: JournalWriter, now: @escaping @Sendable () -> Date
    ) throws(ExecutionError) {
        guard let artifacts = RunArtifacts(assignment), let caches = RunCaches(assignment) else { return nil }
        self.assignment = assignment
        self.artifacts = artifacts
        self.caches = caches
        self.journal = journal
        self.now = now
        key = try ServiceKey(assignment, caches: caches, now: now())
    }

    /// By which clients name the run and the job.
    var runName: String { String(assignment.runID) }
    var jobName: String { String(assignment.jobID) }

    /// Whether the job is over: what takes long is given up then.
    var isOver: Bool { ended.load(ordering: .acquiring) }

    func end() { ended.store(true, ordering: .releasing) }

    /// Tells the daemon what became of stored files.
    func tell(_ changes: [StorageChange]) throws(ServiceRefusal) {
        do throws(ExecutionError) {
            for change in changes { try journal.append(.storage(change)) }
        } catch {
            throw ServiceRefusal(status: 500, code: "internal", message: error.message)
        }
    }

    func uploadAddress(_ number: Int, _ request: ServiceRequest) -> String {
        address(of: BlobEndpoints.uploadPath(number), for: .upload, request)
    }

    func downloadAddress(_ name: String, _ request: ServiceRequest) -> String {
        address(of: BlobEndpoints.downloadPath(name), for: .download, request)
    }

    private func address(of path: String, for use: ServiceKey.Use, _ request: ServiceRequest) -> String {
        "http://\(request.address)\(path)?sig=\(key.signature(for: use, of: path))"
    }
}
