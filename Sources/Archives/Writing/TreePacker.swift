internal import Glibc

/// Packs files and folders of a job into a tar, with links as they are, modes and times.
///
/// An entry's name begins with the name of the folder of the map that it is in: `workspace/dist/a`, `home/.cache/pip`.
public struct TreePacker {
    private struct Inode: Hashable {
        var device: UInt
        var number: UInt
    }

    public private(set) var fileCount = 0
    /// What was left out or changed while it was read.
    public private(set) var remarks: [String] = []
    private let map: FolderMap
    private let writer: ArchiveWriter
    private let isCancelled: () -> Bool
    /// The first names of files that have several.
    private var originals: [Inode: FileName] = [:]

    public init(_ map: FolderMap, to writer: ArchiveWriter, isCancelled: @escaping () -> Bool = { false }) {
        self.map = map
        self.writer = writer
        self.isCancelled = isCancelled
    }

    /// Packs what is at an absolute path, and all that is in it.
    ///
    /// - Throws: of kind `outside` where the path leads out of the job's folders.
    public mutating func add(_ path: String) throws(ArchiveError) {
        let place = try map.resolve(path, followsLast: false)
        guard let (mount, rest) = map.mount(holding: FolderMap.path(of: place.path)) else {
            throw ArchiveError(.outside, "\(path) is not in the job's folders")
        }
        let name = Array(([mount.name] + rest).joined(separator: "/").utf8CString)
        switch place {
        case .folder(let folder, _):
            try add(folder, status: try folder.file.status(shown: folder.path), as: name)
        case .entry(let folder, let own, _, _):
            try add(Array(own.utf8CString), in: folder, as: name)
        }
    }

    private mutating func add(_ own: FileName, in folder: OpenFolder, as name: FileName) throws(ArchiveError) {
        if isCancelled() { throw ArchiveError(.cancelled, "packing was cancelled") }
        do throws(ArchiveError) {
            let status = try folder.status(of: own)
            switch FileKind(status) {
            case .folder: try add(try folder.folder(own), status: status, as: name)
            case .file: try add(file: own, in: folder, as: name)
            case .link:
                try writer.add(
                    .init(
                        kind: .link, permissions: 0o777, modified: status.modified, target: try folder.target(ofLink: own)),
                    as: name)
                fileCount += 1
            case .other: remarks.append("\(folder.shown(own)) is left out: it is a device, a pipe or a socket")
            }
        } catch  where error.isMissing {
            // Something removed it meanwhile.
            remarks.append("\(folder.shown(own)) is left out: it went while it was packed")
        }
    }

    private mutating func add(_ folder: OpenFolder, status: stat, as name: FileName) throws(ArchiveError) {
        try writer.add(.init(kind: .folder, permissions: status.permissions, modified: status.modified), as: name)
        for child in try folder.names() {
            try add(child, in: folder, as: name.dropLast() + [CChar(UInt8(ascii: "/"))] + child)
        }
    }

    private mutating func add(file own: FileName, in folder: OpenFolder, as name: FileName) throws(ArchiveError) {
        let file = try folder.open(reading: own)
        let status = try file.status(shown: folder.shown(own))
        var attributes = ArchiveWriter.Attributes(
            kind: .file, size: Int64(status.st_size), permissions: status.permissions, modified: status.modified)
        fileCount += 1
        if status.st_nlink > 1 {
            let inode = Inode(device: UInt(status.st_dev), number: UInt(status.st_ino))
            if let original = originals[inode] {
                attributes.original = original
                try writer.add(attributes, as: name)
                return
            }
            originals[inode] = name
        }
        if try !writer.add(attributes, as: name, file: file) {
            remarks.append("\(folder.shown(own)) changed while it was packed")
        }
    }
}
