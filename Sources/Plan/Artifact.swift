public import FoundationEssentials

/// What a job kept under a name, for later jobs and for people: one file, which is a zip unless the job wanted it as it was.
///
/// It never changes. Within an attempt of a run no two have the same name; of equal names the newest is meant.
public struct Artifact: Codable, Equatable, Sendable, Identifiable {
    /// Grows; none comes again.
    public var id: Int64
    public var runID: Int64
    public var jobID: Int64
    /// The attempt of the run that made it.
    public var attempt: Int
    public var name: String
    /// Whether it is a zip of several files.
    public var isArchive: Bool
    /// Bytes on the disk.
    public var size: Int64
    /// SHA-256 of the stored file, 64 hexadecimal digits.
    public var digest: String
    public var createdAt: Date
    public var expiresAt: Date

    public init(
        id: Int64, runID: Int64, jobID: Int64, attempt: Int, name: String, isArchive: Bool = true, size: Int64, digest: String,
        createdAt: Date, expiresAt: Date
    ) {
        self.id = id
        self.runID = runID
        self.jobID = jobID
        self.attempt = attempt
        self.name = name
        self.isArchive = isArchive
        self.size = size
        self.digest = digest
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// The name of the file that a person downloads.
    public var fileName: String { isArchive ? "\(name).zip" : name }
}
