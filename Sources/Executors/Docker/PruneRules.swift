/// Which images of the Docker Engine this host does without; see `docker.prune` of the settings.
public struct PruneRules: Equatable, Sendable {
    /// Seconds after which an image without a name is removed; nil: never.
    public var unnamedAge: Double?
    /// How many tags of a name stay; nil: all.
    public var keptTags: Int?
    /// The label of the images that `keptTags` counts; nil: all images.
    public var label: String?
    /// Bytes; with less free, images without a name go at any age.
    public var leastFree: Int64?

    public init(unnamedAge: Double? = nil, keptTags: Int? = nil, label: String? = nil, leastFree: Int64? = nil) {
        self.unnamedAge = unnamedAge
        self.keptTags = keptTags
        self.label = label
        self.leastFree = leastFree
    }

    public var isOff: Bool { unnamedAge == nil && keptTags == nil && leastFree == nil }
}
