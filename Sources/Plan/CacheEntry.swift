public import FoundationEssentials

/// Who may read what was cached: the runs of a ref, and those of strangers' code only among themselves.
///
/// A trusted run never reads what an untrusted one wrote. See "Restrictions for accessing a cache" in GitHub's manual.
public struct CacheScope: Codable, Hashable, Sendable {
    /// The full name of the ref whose run wrote it.
    public var ref: String
    public var isUntrusted: Bool

    public init(ref: String, isUntrusted: Bool = false) {
        self.ref = ref
        self.isUntrusted = isUntrusted
    }
}

/// Files that a job kept to save later runs some work. It never changes, and may go at any time.
public struct CacheEntry: Codable, Equatable, Sendable, Identifiable {
    /// Grows; none comes again.
    public var id: Int64
    public var repository: String
    public var scope: CacheScope
    public var key: String
    /// Entries of different versions have nothing to do with each other: it says which paths are in it, and how they are packed.
    public var version: String
    /// Bytes on the disk.
    public var size: Int64
    /// SHA-256 of the stored file, 64 hexadecimal digits.
    public var digest: String
    public var runID: Int64
    public var createdAt: Date
    public var usedAt: Date

    public init(
        id: Int64, repository: String, scope: CacheScope, key: String, version: String, size: Int64, digest: String,
        runID: Int64, createdAt: Date, usedAt: Date
    ) {
        self.id = id
        self.repository = repository
        self.scope = scope
        self.key = key
        self.version = version
        self.size = size
        self.digest = digest
        self.runID = runID
        self.createdAt = createdAt
        self.usedAt = usedAt
    }
}
