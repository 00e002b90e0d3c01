public import Archives
public import Execution
public import FoundationEssentials
public import Plan

/// What one job may do with artifacts: store its own, read those of its run, and of other runs of its repository.
///
/// Any thread may use it, and several at a time.
public struct RunArtifacts: Sendable {
    public let shelf: ArtifactShelf
    private let storage: JobStorage
    private let runID: Int64
    private let jobID: Int64
    private let incoming: IncomingFiles
    private let now: @Sendable () -> Date
    private static let day = 86_400.0

    public init(
        _ storage: JobStorage, runID: Int64, jobID: Int64, incoming: IncomingFiles, now: @escaping @Sendable () -> Date
    ) {
        self.storage = storage
        self.runID = runID
        self.jobID = jobID
        self.incoming = incoming
        self.now = now
        shelf = ArtifactShelf(runs: storage.runs, ledger: storage.ledger)
    }

    /// What an artifact is to be.
    public struct Order: Sendable {
        public var name: String
        public var isArchive: Bool
        /// Nil: the limit of the settings.
        public var retentionDays: Int?
        public var overwrites: Bool

        public init(name: String, isArchive: Bool = true, retentionDays: Int? = nil, overwrites: Bool = false) {
            self.name = name
            self.isArchive = isArchive
            self.retentionDays = retentionDays
            self.overwrites = overwrites
        }
    }

    /// An artifact that was stored, and those it took the place of.
    public struct Stored: Sendable {
        public var artifact: Artifact
        public var replaced: [Artifact]

        /// For the journal.
        public var changes: [StorageChange] {
            replaced.map { .artifactRemoved(id: $0.id, at: artifact.createdAt) } + [.artifactStored(artifact)]
        }
    }

    /// Days that an artifact may be kept.
    public var longestRetention: Int { storage.limits.artifactDays }

    /// Refuses what could not be stored, before the work of packing it is done.
    public func check(_ order: Order) throws(StorageError) {
        try ArtifactName.check(order.name)
        guard !order.overwrites else { return }
        guard !shelf.artifacts(ofRun: runID).contains(where: { $0.name == order.name && $0.attempt == storage.attempt }) else {
            throw StorageError(
                .exists,
                "an artifact with the name \"\(order.name)\" exists already in this run: names are given once, unless"
                    + " \"overwrite: true\" replaces the older one")
        }
    }

    /// Bytes that another artifact may have at the moment.
    public func room() throws(StorageError) -> Int64 { try shelf.bytesLeft(of: storage.limits.artifactBytes) }

    /// A file to be filled with an artifact; as large as there is room.
    public func begin() throws(StorageError) -> IncomingFiles.File {
        let left = try room()
        guard left > 0 else {
            throw StorageError(
                .full,
                "there is no room for another artifact: all artifacts together have reached the \(storage.limits.artifactBytes)"
                    + " bytes that artifacts.size in the settings allows")
        }
        return try incoming.make(limit: left)
    }

    /// Stores a file that was filled.
    ///
    /// - Parameter digest: what `output.finish` gave.
    public func store(_ file: IncomingFiles.File, digest: String, as order: Order) throws(StorageError) -> Stored {
        try ArtifactName.check(order.name)
        let days = min(order.retentionDays ?? longestRetention, longestRetention)
        let created = now()
        let artifact = Artifact(
            id: try shelf.nextID(), runID: runID, jobID: jobID, attempt: storage.attempt, name: order.name,
            isArchive: order.isArchive, size: file.output.size, digest: digest, createdAt: created,
            expiresAt: created.addingTimeInterval(Double(days) * Self.day))
        let record = ArtifactShelf.Record(
            artifact: artifact, repository: storage.repository, isUntrusted: storage.isUntrusted)
        let replaced = try shelf.store(
            record, content: file.path, limit: storage.limits.artifactBytes, overwrites: order.overwrites)
        return Stored(artifact: artifact, replaced: replaced)
    }

    /// The newest artifact of each name of a run, by name.
    ///
    /// - Parameter run: nil: the job's own.
    /// - Throws: of kind `forbidden` for a run of another repository, or of a stranger's code where this one is trusted.
    public func artifacts(ofRun run: Int64? = nil) throws(StorageError) -> [Artifact] {
        let records = shelf.records(ofRun: run ?? runID)
        if let run, run != runID {
            // The same answer as for a run that is not there.
            guard let first = records.first, first.repository == storage.repository else {
                throw StorageError(.missing, "the run \(run) of \(storage.repository) has no artifacts")
            }
            guard !first.isUntrusted || storage.isUntrusted || storage.readsUntrustedArtifacts else {
                throw StorageError(
                    .forbidden,
                    "the run \(run) executed code of a stranger: its artifacts are kept from trusted runs, unless"
                        + " artifacts.allow_untrusted in the settings is true")
            }
        }
        let moment = now()
        var newest: [String: Artifact] = [:]
        for artifact in records.map(\.artifact) where newest[artifact.name] == nil && artifact.expiresAt > moment {
            newest[artifact.name] = artifact
        }
        return newest.values.sorted { $0.name < $1.name }
    }

    /// Opens a stored file, after a look at whether it is what was stored.
    public func open(_ artifact: Artifact, isCancelled: () -> Bool = { false }) throws(StorageError) -> OpenFile {
        let file = try shelf.open(artifact)
        let digest: String
        do throws(ArchiveError) { digest = try file.digest(isCancelled: isCancelled) } catch { throw StorageError(error) }
        guard digest == artifact.digest else {
            throw StorageError(
                .damaged,
                "the artifact \"\(artifact.name)\" is not what was stored: its SHA-256 is \(digest), not \(artifact.digest)")
        }
        return file
    }

    /// Removes an artifact of the job's own run.
    ///
    /// - Returns: what the journal is to say.
    @discardableResult
    public func remove(_ artifact: Artifact) throws(StorageError) -> StorageChange {
        guard artifact.runID == runID else {
            throw StorageError(.forbidden, "the artifact \"\(artifact.name)\" belongs to another run")
        }
        try shelf.remove(artifact.id, ofRun: runID)
        return .artifactRemoved(id: artifact.id, at: now())
    }
}
