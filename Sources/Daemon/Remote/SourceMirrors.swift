internal import FoundationEssentials
internal import Git

/// The mirrors of other repositories in a folder, however deep their names put them.
struct SourceMirrors {
    let folder: String

    private static let depthLimit = 16

    /// Their paths. Blocks.
    func all() -> [String] { mirrors(in: folder, depth: 0) }

    private func mirrors(in folder: String, depth: Int) -> [String] {
        guard depth < Self.depthLimit, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
        return names.sorted().flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            return name.hasSuffix(".git") && Mirror.exists(at: path) ? [path] : mirrors(in: path, depth: depth + 1)
        }
    }

    /// Those that nothing was fetched into since then. Blocks.
    func unused(since date: Date) -> [String] {
        all().filter { path in
            // Every fetch touches it.
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/slipway.lock")
            return (attributes?[.modificationDate] as? Date).map { $0 < date } ?? false
        }
    }
}
