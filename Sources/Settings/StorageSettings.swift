/// `artifacts`: how much of what jobs upload is kept, and how long.
public struct ArtifactSettings: Sendable, Equatable {
    /// How long an artifact is kept; a step may ask for less.
    public var age: Duration
    /// Bytes of all artifacts of all runs.
    public var size: Int
    /// Whether a trusted run may download the artifacts of a run of a stranger's code.
    public var allowsUntrusted: Bool

    init(reading reader: SettingsReader) {
        age = .seconds(reader.integer("days", default: 90, in: 1...36_500) * 86_400)
        size = reader.byteSize("size", default: 20 << 30, atLeast: 1 << 20)
        allowsUntrusted = reader.boolean("allow_untrusted", default: false)
    }

    /// The age in days.
    public var days: Int { Int(age.components.seconds / 86_400) }
}

/// `caches`: how much of what jobs cache is kept, and how long.
public struct CacheSettings: Sendable, Equatable {
    /// How long what nothing used is kept; nil: until there is no room.
    public var age: Duration?
    /// Bytes of each repository.
    public var size: Int
    /// Bytes of each repository for what runs of strangers' code cached.
    public var untrustedSize: Int

    init(reading reader: SettingsReader) {
        let days = reader.unlessOff("days", default: 14) { $0.integer("days", default: 14, in: 1...36_500) }
        age = days.map { .seconds($0 * 86_400) }
        size = reader.byteSize("size", default: 10 << 30, atLeast: 1 << 20)
        untrustedSize = reader.byteSize("untrusted_size", default: 1 << 30, atLeast: 1 << 20)
    }
}
