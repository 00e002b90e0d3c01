internal import Plan
internal import Store

/// What a job kept under a name.
public struct ArtifactRepresentation: Codable, Sendable, Equatable {
    public struct File: Codable, Sendable, Equatable {
        public var name: String
        @Nullable public var size: Int64?
    }

    public var id: String
    public var runId: String
    public var jobId: String
    /// The attempt of the run that made it.
    public var attempt: Int
    public var name: String
    /// Whether it is a zip; else it is the one file that the job gave.
    public var archive: Bool
    /// Bytes of the stored file.
    public var size: Int64
    /// SHA-256 of the stored file.
    public var digest: String
    public var createdAt: String
    public var expiresAt: String
    /// When its file went; null while it can be had.
    @Nullable public var removedAt: String?
    /// Only where one artifact is asked for; empty where its file is gone.
    public var files: [File]?
    /// Whether there are more files than are listed; only where one artifact is asked for.
    public var truncated: Bool?

    init(_ stored: StoredArtifact) {
        let artifact = stored.artifact
        id = String(artifact.id)
        runId = String(artifact.runID)
        jobId = String(artifact.jobID)
        attempt = artifact.attempt
        name = artifact.name
        archive = artifact.isArchive
        size = artifact.size
        digest = artifact.digest
        createdAt = TimeText.rfc3339(artifact.createdAt)
        expiresAt = TimeText.rfc3339(artifact.expiresAt)
        removedAt = stored.removedAt.map(TimeText.rfc3339)
    }
}

/// `{"artifacts":[…]}`
public struct ArtifactListRepresentation: Codable, Sendable, Equatable {
    public var artifacts: [ArtifactRepresentation]
}

/// Files that a job kept to save later runs some work.
public struct CacheRepresentation: Codable, Sendable, Equatable {
    public var id: String
    public var repository: String
    public var key: String
    public var version: String
    /// The ref whose runs wrote it; they, and where it is the default branch all, read it.
    public var ref: String
    /// Written by a stranger's code, and read by such code only.
    public var untrusted: Bool
    public var size: Int64
    public var digest: String
    public var runId: String
    public var createdAt: String
    public var usedAt: String

    init(_ entry: CacheEntry) {
        id = String(entry.id)
        repository = entry.repository
        key = entry.key
        version = entry.version
        ref = entry.scope.ref
        untrusted = entry.scope.isUntrusted
        size = entry.size
        digest = entry.digest
        runId = String(entry.runID)
        createdAt = TimeText.rfc3339(entry.createdAt)
        usedAt = TimeText.rfc3339(entry.usedAt)
    }
}

/// `{"caches":[…],"size":bytes}`
public struct CacheListRepresentation: Codable, Sendable, Equatable {
    /// Those that were used last first.
    public var caches: [CacheRepresentation]
    /// Bytes of all of them.
    public var size: Int64
}
