public import FoundationEssentials
public import Plan

/// An artifact, and whether it can still be had.
public struct StoredArtifact: Equatable, Sendable {
    public var artifact: Artifact
    /// When its file was removed: it expired, was replaced, or somebody wanted it gone. Nil: it is there.
    public var removedAt: Date?

    public init(artifact: Artifact, removedAt: Date? = nil) {
        self.artifact = artifact
        self.removedAt = removedAt
    }
}
