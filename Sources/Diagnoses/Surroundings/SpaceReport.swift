/// What takes the space on the disks that a job uses.
struct SpaceReport: Equatable, Sendable {
    /// The file system that a folder is on.
    struct Disk: Equatable, Sendable {
        var folder: String
        var size: Int64
        var free: Int64
        /// Whether there is room for more files, however small.
        var hasInodes: Bool
    }

    /// What the Docker Engine has of one kind.
    struct EngineItem: Equatable, Sendable {
        /// `images`, `build cache`, …
        var kind: String
        var size: Int64
        var reclaimable: Int64
        /// What removes what is in no use.
        var command: String
    }

    /// What Slipway keeps of one kind.
    struct Kept: Equatable, Sendable {
        var kind: String
        var size: Int64
        /// Whether there is more than was counted.
        var isAtLeast: Bool
    }

    var disks: [Disk] = []
    var engine: [EngineItem] = []
    var kept: [Kept] = []

    /// A sentence each.
    var sentences: [String] {
        disks.map { disk in
            let inodes = disk.hasInodes ? "" : "; it has no room for more files, however small (no inodes are left)"
            return "The disk of \(disk.folder) has \(ByteCount(disk.free)) free of \(ByteCount(disk.size))\(inodes)."
        }
            + engine.filter { $0.size > 0 }.map {
                "Docker: \($0.kind) take \(ByteCount($0.size)), of which \"\($0.command)\" would free \(ByteCount($0.reclaimable))."
            }
            + kept.filter { $0.size > 0 }.map {
                "Slipway: \($0.kind) take \($0.isAtLeast ? "at least " : "")\(ByteCount($0.size))."
            }
    }

    /// Those that would free much, the most first.
    var commands: [String] {
        engine.filter { $0.reclaimable > 50_000_000 }.sorted { $0.reclaimable > $1.reclaimable }.map(\.command)
    }
}

/// Bytes, as people say them.
struct ByteCount: CustomStringConvertible {
    private let count: Int64

    init(_ count: Int64) { self.count = count }

    var description: String {
        guard count >= 1000 else { return "\(count) bytes" }
        var value = Double(count)
        for unit in ["kB", "MB", "GB", "TB", "PB"] {
            value /= 1000
            if value < 1000 || unit == "PB" {
                let tenths = Int((value * 10).rounded())
                return value < 100 && tenths % 10 != 0 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\((tenths + 5) / 10) \(unit)"
            }
        }
        return "\(count) bytes"
    }
}
