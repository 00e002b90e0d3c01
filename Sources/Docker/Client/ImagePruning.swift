internal import EngineAddresses
internal import FoundationEssentials
internal import Glibc

/// Which images a host does without.
///
/// An image that a container was made of is never removed, whatever the rules say: the engine refuses it.
public struct ImagePruning: Equatable, Sendable {
    /// Seconds after which an image without a name is removed, and what BuildKit keeps and has not used; nil: never.
    public var unnamedAge: Double?
    /// How many tags of a name stay, the newest ones; nil: all.
    public var keptTags: Int?
    /// Only names of images that carry this label count for `keptTags`: `name` or `name=value`; nil: every name.
    public var label: String?
    /// Bytes. With less than that free where the engine keeps its data, images without a name go at any age.
    public var leastFree: Int64?

    public init() {}

    public var isOff: Bool { unnamedAge == nil && keptTags == nil && leastFree == nil }

    /// What goes, of a list of images: ids of those without a name, and names.
    ///
    /// - Parameter now: seconds since 1970.
    func superfluous(of images: [ImageSummary], now: Double, isShort: Bool) -> [String] {
        var names: [String] = []
        for image in images where image.names.isEmpty {
            let age = now - Double(image.createdAt)
            if isShort || unnamedAge.map({ age >= $0 }) ?? false { names.append(image.id) }
        }
        guard let keptTags else { return names }
        var byName: [String: [(tag: String, createdAt: Int64)]] = [:]
        for image in images where carriesLabel(image) {
            for name in image.names {
                guard let reference = ImageReference(name) else { continue }
                byName[reference.name, default: []].append((name, image.createdAt))
            }
        }
        for (_, tags) in byName.sorted(by: { $0.key < $1.key }) {
            let sorted = tags.sorted { ($1.createdAt, $0.tag) < ($0.createdAt, $1.tag) }
            // What people name by that word is never an old one.
            names += sorted.dropFirst(keptTags).map(\.tag).filter { !$0.hasSuffix(":latest") }
        }
        return names
    }

    private func carriesLabel(_ image: ImageSummary) -> Bool {
        guard let label else { return true }
        let (name, value) = OptionValue.pair(label, at: "=")
        guard let found = image.labels?[name] else { return false }
        return value == nil || value == found
    }
}

extension ImageSummary {
    var names: [String] { (tags ?? []).filter { $0 != "<none>:<none>" } }
}

extension DockerEngine {
    private struct Place: Decodable {
        var folder: String

        enum CodingKeys: String, CodingKey { case folder = "DockerRootDir" }
    }

    private struct Reclaimed: Decodable {
        var bytes: Int64?

        enum CodingKeys: String, CodingKey { case bytes = "SpaceReclaimed" }
    }

    /// Removes what the rules say.
    ///
    /// - Returns: what was removed, for people.
    public func prune(_ pruning: ImagePruning, now: Double) throws(DockerError) -> [String] {
        let isShort =
            try pruning.leastFree.map { least throws(DockerError) in try freeSpace().map { $0 < least } ?? false } ?? false
        var removed: [String] = []
        for name in try pruning.superfluous(of: images(), now: now, isShort: isShort) {
            do throws(DockerError) {
                try removeUnusedImage(name)
                removed.append(name)
            } catch {
                // It is in use, or gone.
                guard error.reason == .conflict || error.reason == .notFound else { throw error }
            }
        }
        if isShort || pruning.unnamedAge != nil {
            let bytes = try pruneBuildCache(olderThan: isShort ? nil : pruning.unnamedAge)
            if bytes > 0 { removed.append("\((bytes + 500_000) / 1_000_000) MB of BuildKit's cache") }
        }
        return removed
    }

    private func removeUnusedImage(_ name: String) throws(DockerError) {
        try call(EngineRequest("DELETE", "/images/\(name)", to: "remove the image \(name)"))
    }

    /// - Parameter seconds: since its last use; nil: all that no build uses.
    private func pruneBuildCache(olderThan seconds: Double?) throws(DockerError) -> Int64 {
        var request = EngineRequest("POST", "/build/prune", to: "remove what BuildKit keeps")
        if let seconds { request = try request.filtered(by: ["until": ["\(Int(seconds))s"]]) }
        return try value(Reclaimed.self, of: request).bytes ?? 0
    }

    /// Bytes where the engine keeps its data; nil where that is not on this host.
    private func freeSpace() throws(DockerError) -> Int64? {
        guard address.isOnThisHost else { return nil }
        let folder = try value(Place.self, of: EngineRequest("GET", "/info", to: "ask where the engine keeps its data")).folder
        var space = statvfs()
        guard statvfs(folder, &space) == 0 else { return nil }
        return Int64(space.f_bavail) * Int64(space.f_frsize)
    }
}
