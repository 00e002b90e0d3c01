internal import Glibc

/// Unpacks an archive, of which nothing is trusted, into folders in which hostile processes may be at work.
///
/// Nothing is written outside of these folders or through a symbolic link; names that are absolute or climb, devices and, where
/// it is asked for, links that leave are refused with the archive. What was unpacked before stays.
public struct Unpacking {
    public enum Links: Sendable {
        /// Symbolic links are made as they are. They are never followed here, and who follows them later could have made them.
        case any
        /// A symbolic link must not lead out of the archive.
        case staying
    }

    public struct Report: Equatable, Sendable {
        public var fileCount = 0
        public var byteCount: Int64 = 0
    }

    private let links: Links
    private let keepsTimes: Bool
    private let isCancelled: () -> Bool
    private let buffer = Buffer()
    /// Modes and times of folders, set once what is in them is there.
    private var folders: [(parts: [FileName], entry: ArchiveEntry)] = []
    private var report = Report()

    /// - Parameter keepsTimes: whether files get the times and modes of the archive; else only whether they are executable.
    public init(links: Links, keepsTimes: Bool, isCancelled: @escaping () -> Bool = { false }) {
        self.links = links
        self.keepsTimes = keepsTimes
        self.isCancelled = isCancelled
    }

    /// Unpacks all of it into one folder.
    public mutating func unpack(_ reader: ArchiveReader, into folder: OpenFolder) throws(ArchiveError) -> Report {
        try unpack(reader) { parts throws(ArchiveError) in (folder, parts) }
    }

    /// Unpacks entries whose names begin with the name of a folder of the map.
    public mutating func unpack(_ reader: ArchiveReader, into map: FolderMap) throws(ArchiveError) -> Report {
        try unpack(reader) { parts throws(ArchiveError) in
            let name = parts.first?.text ?? ""
            guard let mount = map.mount(named: name) else {
                throw ArchiveError(.refused, "the archive is refused: this job has no folder \"\(name)\" for its entries")
            }
            return (mount.folder, Array(parts.dropFirst()))
        }
    }

    private typealias Placing = ([FileName]) throws(ArchiveError) -> (OpenFolder, [FileName])

    private mutating func unpack(_ reader: ArchiveReader, placing: Placing) throws(ArchiveError) -> Report {
        report = Report()
        folders = []
        while let entry = try reader.next() {
            if isCancelled() { throw ArchiveError(.cancelled, "unpacking was cancelled") }
            try unpack(entry, of: reader, placing: placing)
        }
        for (parts, entry) in folders.reversed() { try finish(parts, entry, placing: placing) }
        return report
    }

    private mutating func unpack(
        _ entry: ArchiveEntry, of reader: ArchiveReader, placing: Placing
    ) throws(ArchiveError) {
        let parts = try ArchiveEntry.parts(of: entry.name)
        let (root, rest) = try placing(parts)
        guard let name = rest.last else {
            // The root itself, which is there and stays as it is.
            guard entry.kind == .folder else { throw refusal(entry, "has no name") }
            return
        }
        let folder = try self.folder(rest.dropLast(), in: root)
        switch entry.kind {
        case .folder:
            _ = try folder.folder(making: name)
            if keepsTimes { folders.append((parts, entry)) }
        case .file:
            try write(entry, of: reader, as: name, in: folder)
        case .link(let target):
            guard links == .any || Self.stays(target, from: rest.dropLast()) else {
                throw refusal(entry, "is a link to \"\(target.text)\", out of the archive")
            }
            try folder.make(link: name, target: target)
            report.fileCount += 1
        case .hardLink(let original):
            let (root, rest) = try placing(try ArchiveEntry.parts(of: original))
            guard let target = rest.last else { throw refusal(entry, "is a hard link to a folder") }
            try folder.make(hardLink: name, to: target, in: try self.folder(rest.dropLast(), in: root))
            report.fileCount += 1
        case .other:
            throw refusal(entry, "is a device, a pipe or a socket")
        }
    }

    private func folder(_ parts: ArraySlice<FileName>, in root: OpenFolder) throws(ArchiveError) -> OpenFolder {
        var folder = root
        for part in parts { folder = try folder.folder(making: part) }
        return folder
    }

    private mutating func write(
        _ entry: ArchiveEntry, of reader: ArchiveReader, as name: FileName, in folder: OpenFolder
    ) throws(ArchiveError) {
        let isExecutable = entry.permissions & 0o111 != 0
        let mode = keepsTimes ? entry.permissions : isExecutable ? 0o755 : 0o644
        let file = try folder.make(file: name, mode: 0o600)
        while true {
            if isCancelled() { throw ArchiveError(.cancelled, "unpacking was cancelled") }
            let count = try reader.read(into: buffer.bytes)
            if count == 0 { break }
            try file.write(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]), shown: folder.shown(name))
            report.byteCount += Int64(count)
        }
        guard fchmod(file.descriptor, mode) == 0 else { throw .system("set the mode of", folder.shown(name)) }
        if keepsTimes, let time = entry.modified {
            let time = timespec(tv_sec: time.seconds, tv_nsec: time.nanoseconds)
            _ = futimens(file.descriptor, [time, time])
        }
        report.fileCount += 1
    }

    private func finish(_ parts: [FileName], _ entry: ArchiveEntry, placing: Placing) throws(ArchiveError) {
        let (root, rest) = try placing(parts)
        guard let name = rest.last else { return }
        let parent = try folder(rest.dropLast(), in: root)
        if let time = entry.modified { parent.setModified(name, time.seconds, time.nanoseconds) }
        try parent.folder(name).setPermissions(entry.permissions)
    }

    /// Whether a link in a folder of the archive leads to something in the archive, by the names alone.
    private static func stays(_ target: FileName, from folder: ArraySlice<FileName>) -> Bool {
        let text = target.text
        guard !text.isEmpty, !text.hasPrefix("/") else { return false }
        var depth = folder.count
        for part in text.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return false }
        }
        return true
    }

    private func refusal(_ entry: ArchiveEntry, _ reason: String) -> ArchiveError {
        ArchiveError(.refused, "the archive is refused: its entry \"\(entry.shownName)\" \(reason)")
    }
}

/// Memory for one piece of a file.
private final class Buffer {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)

    deinit { bytes.deallocate() }
}
