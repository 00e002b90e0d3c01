public import FoundationEssentials

/// A secret as it lies on the disk: encrypted by a key that is not in the store.
public struct SealedSecret: Equatable, Sendable {
    /// The repository that may use it; empty for all.
    public var scope: String
    /// Upper and lower case are the same.
    public var name: String
    public var sealed: [UInt8]
    public var updatedAt: Date
    public var updatedBy: String

    public init(scope: String, name: String, sealed: [UInt8], updatedAt: Date, updatedBy: String) {
        self.scope = scope
        self.name = name
        self.sealed = sealed
        self.updatedAt = updatedAt
        self.updatedBy = updatedBy
    }
}
