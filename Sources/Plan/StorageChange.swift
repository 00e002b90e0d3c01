public import FoundationEssentials

/// What a job did to the stored artifacts and caches, as its journal tells it.
public enum StorageChange: Codable, Equatable, Sendable {
    case artifactStored(Artifact)
    /// By its id: another of the same name took its place, or the job removed it.
    case artifactRemoved(id: Int64, at: Date)
    case cacheStored(CacheEntry)
    case cacheUsed(id: Int64, at: Date)
    /// By its id: others needed its room.
    case cacheRemoved(Int64)
}
