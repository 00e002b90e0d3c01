/// What a fetch changed.
public struct FetchReport: Sendable, Hashable, Codable {
    /// Moved references: deletions first, then the rest, each in the order of their names. Empty when nothing had changed.
    public var updates: [ReferenceUpdate] = []
    /// The branch that the remote's HEAD names, such as `refs/heads/main`; nil where it has none.
    public var defaultBranch: String?
    /// What came over the wire; zero where the objects were here already.
    public var receivedObjects = 0
    public var receivedBytes = 0
    /// References of the remote that were passed over because their names aren't valid.
    public var refusedNames: [String] = []

    public init() {}
}

/// How far a fetch has come.
public struct FetchProgress: Sendable, Hashable, Codable {
    public let receivedObjects: Int
    public let indexedObjects: Int
    public let totalObjects: Int
    public let receivedBytes: Int
}
