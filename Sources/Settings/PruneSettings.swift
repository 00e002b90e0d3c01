/// `docker.prune`: which images the engine of this host does without. Off unless it is set: others may use the engine too.
public struct PruneSettings: Sendable, Equatable {
    /// How old an image without a name gets; nil: as old as it may.
    public var unnamed: Duration?
    /// How many tags of a name stay; nil: all.
    public var keep: Int?
    /// The label of the images that `keep` counts; nil: all images.
    public var label: String?
    /// Bytes; with less free, images without a name go at any age. Nil: however little is free.
    public var free: Int?

    init(reading reader: SettingsReader) {
        unnamed = reader.unlessOff("unnamed", default: nil) {
            $0.duration("unnamed", default: .seconds(604_800), atLeast: .seconds(3600))
        }
        keep = reader.unlessOff("keep", default: nil) { $0.integer("keep", default: 5, in: 1...100_000) }
        free = reader.unlessOff("free", default: nil) { $0.byteSize("free", default: 1 << 30) }
        guard let (text, node) = reader.text("label") else { return }
        guard !text.isEmpty, !text.contains(where: \.isWhitespace), !text.hasPrefix("=") else {
            reader.error("invalid-name", "expected a label such as team or team=web, found \"\(text)\"", at: node)
            return
        }
        label = text
    }
}
