public import Archives
internal import FoundationEssentials
public import Plan

/// The artifacts on the disk: `<runs>/<run>/artifacts/<id>/`, with the stored file and what is known of it.
///
/// Used by the workers, which store and read, and by the daemon, which removes. Blocks.
public struct ArtifactShelf: Sendable {
    let runs: String
    public let ledger: Ledger
    private static let record = "artifact.json"

    public init(runs: String, ledger: String) {
        self.runs = runs
        self.ledger = Ledger(path: ledger) { Int64(Date().timeIntervalSince1970 * 1000) }
    }

    /// What is kept on the disk of an artifact.
    struct Record: Codable {
        var artifact: Artifact
        var repository: String
        var isUntrusted: Bool
    }

    // MARK: Reading

    /// The artifacts of a run, the newest first; of equal names too.
    public func artifacts(ofRun run: Int64) -> [Artifact] { records(ofRun: run).map(\.artifact) }

    func records(ofRun run: Int64) -> [Record] {
        StoredFolder.ids(in: folder(ofRun: run)).reversed().compactMap { id in
            stored(id, ofRun: run).read(Record.self)
        }
    }

    /// The stored file: a zip, or where it is no archive, the file that the job gave.
    public func path(of artifact: Artifact) -> String { stored(artifact.id, ofRun: artifact.runID).content }

    /// - Throws: of kind `missing` where it was removed meanwhile.
    public func open(_ artifact: Artifact) throws(StorageError) -> OpenFile {
        do throws(ArchiveError) { return try OpenFile.open(reading: path(of: artifact)) } catch {
            if error.isMissing { throw StorageError(.missing, "the artifact \"\(artifact.name)\" was removed") }
            throw StorageError(error)
        }
    }

    /// The files in an artifact, at most `limit` of them, in the archive's order; for one that is no archive, itself.
    public func files(in artifact: Artifact, limit: Int) throws(StorageError) -> [(name: String, size: Int64?)] {
        guard artifact.isArchive else { return [(artifact.name, artifact.size)] }
        let file = try open(artifact)
        do throws(ArchiveError) {
            let reader = try ArchiveReader(file, path: "the artifact \"\(artifact.name)\"")
            var files: [(name: String, size: Int64?)] = []
            while files.count < limit, let entry = try reader.next() {
                if entry.isFile { files.append((entry.shownName, entry.size)) }
            }
            return files
        } catch {
            throw StorageError(error)
        }
    }

    // MARK: Storing

    /// Bytes that are left for all artifacts.
    func bytesLeft(of limit: Int64) throws(StorageError) -> Int64 {
        try ledger.update { state throws(StorageError) in max(0, limit - state.artifactBytes) }
    }

    func nextID() throws(StorageError) -> Int64 { try ledger.nextID() }

    /// Has a file appear as an artifact.
    ///
    /// - Parameter overwrites: whether older ones of the same name in the same attempt go; else there must be none.
    /// - Returns: those that went.
    func store(
        _ record: Record, content file: String, limit: Int64, overwrites: Bool
    ) throws(StorageError) -> [Artifact] {
        let artifact = record.artifact
        let target = stored(artifact.id, ofRun: artifact.runID)
        try StoredFolder.makeFolder(folder(ofRun: artifact.runID))
        try target.prepare(record, content: file)
        do throws(StorageError) {
            return try ledger.update { state throws(StorageError) in
                let others = artifacts(ofRun: artifact.runID).filter {
                    $0.name == artifact.name && $0.attempt == artifact.attempt
                }
                guard overwrites || others.isEmpty else {
                    throw StorageError(
                        .exists,
                        "an artifact with the name \"\(artifact.name)\" exists already in this run: names are given once, unless"
                            + " \"overwrite: true\" replaces the older one")
                }
                let freed = others.reduce(0) { $0 + $1.size }
                guard state.artifactBytes - freed + artifact.size <= limit else {
                    throw StorageError(
                        .full,
                        "the artifact \"\(artifact.name)\" of \(artifact.size) bytes does not fit: all artifacts may take \(limit)"
                            + " bytes (artifacts.size in the settings), \(state.artifactBytes) are taken")
                }
                try target.commit()
                for other in others { stored(other.id, ofRun: other.runID).remove() }
                state.artifactBytes += artifact.size - freed
                return others
            }
        } catch {
            target.discard()
            throw error
        }
    }

    // MARK: Removing

    /// Removes an artifact; one that is gone already is no error.
    public func remove(_ id: Int64, ofRun run: Int64) throws(StorageError) {
        try ledger.update { state throws(StorageError) in
            let folder = stored(id, ofRun: run)
            guard let record = folder.read(Record.self) else { return }
            folder.remove()
            state.artifactBytes = max(0, state.artifactBytes - record.artifact.size)
        }
    }

    /// Puts the count of the taken bytes right, by what is there: runs that were deleted took artifacts with them.
    public func recount() throws(StorageError) {
        try ledger.update { state throws(StorageError) in
            // Looked for here, where no job can store another one meanwhile.
            state.artifactBytes = runsWithArtifacts().reduce(0) { sum, run in artifacts(ofRun: run).reduce(sum) { $0 + $1.size } }
        }
    }

    /// The runs whose folders hold artifacts.
    public func runsWithArtifacts() -> [Int64] {
        StoredFolder.ids(in: runs).filter { !StoredFolder.ids(in: folder(ofRun: $0)).isEmpty }
    }

    private func folder(ofRun id: Int64) -> String { "\(runs)/\(id)/artifacts" }

    private func stored(_ id: Int64, ofRun run: Int64) -> StoredFolder {
        StoredFolder(path: "\(folder(ofRun: run))/\(id)", record: Self.record)
    }
}
