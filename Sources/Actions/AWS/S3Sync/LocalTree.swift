internal import AWS
internal import Archives
internal import Execution
internal import FoundationEssentials
internal import Glibc

/// A folder of the job, as one side of a sync.
struct LocalTree {
    let files: JobFiles
    /// Absolute, as the job knows it.
    let folder: String

    /// Its files by their paths below it. One that a link leads to outside of the job's folders is left out.
    ///
    /// - Returns: nil where there is no such folder.
    func items() throws(ActionFailure) -> (items: [SyncItem], leftOut: [String])? {
        let result = try files.search(Self.literal(folder), .init())
        guard result.outside.isEmpty else { throw ActionFailure("\(folder) is not in the job's folders") }
        guard !result.found.isEmpty else { return nil }
        guard result.found.contains(where: { $0.path == folder && $0.isFolder }) || result.found.allSatisfy({ $0.path != folder })
        else { throw ActionFailure("\(folder) is a file: a sync is of folders") }
        var items: [SyncItem] = []
        for found in result.found where !found.isFolder {
            let path = String(found.path.dropFirst(folder.count + 1))
            let file = try open(path)
            items.append(SyncItem(path: path, size: file.size, modified: file.modified))
        }
        return (items, result.leftOut)
    }

    /// A name in which nothing stands for other names.
    private static func literal(_ path: String) -> String {
        String(path.flatMap { "*?[".contains($0) ? ["[", $0, "]"] : [$0] })
    }

    func open(_ path: String) throws(ActionFailure) -> LocalFile {
        do throws(ArchiveError) { return try LocalFile(files.map.open(reading: "\(folder)/\(path)"), path: path) } catch {
            throw ActionFailure(error.message)
        }
    }

    /// Makes or replaces a file once `fill` has written it whole.
    func write(
        _ path: String, modified: Date?, fill: (FileSink) throws(ActionFailure) -> Void
    ) throws(ActionFailure) {
        let names = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let name = names.last, !name.isEmpty, names.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw ActionFailure("the key \"\(path)\" makes no path of a file")
        }
        var failure: ActionFailure?
        do throws(ArchiveError) {
            let place = try files.map.folder(making: ([folder] + names.dropLast()).joined(separator: "/"))
            try place.replace(name, modified: modified.map { Int($0.timeIntervalSince1970) }) { file in
                do throws(ActionFailure) {
                    try fill(FileSink(file: file))
                    return true
                } catch {
                    failure = error
                    return false
                }
            }
        } catch {
            throw ActionFailure(error.message)
        }
        if let failure { throw failure }
    }

    func remove(_ path: String) throws(ActionFailure) {
        let names = path.split(separator: "/").map(String.init)
        do throws(ArchiveError) {
            let place = try files.map.folder(making: ([folder] + names.dropLast()).joined(separator: "/"))
            if let name = names.last { try place.remove(file: name) }
        } catch {
            throw ActionFailure(error.message)
        }
    }
}

/// A file of the job that is read while it is sent.
struct LocalFile: S3Bucket.Source {
    private let file: OpenFile
    private let path: String
    let size: Int64
    let modified: Date

    init(_ file: OpenFile, path: String) throws(ArchiveError) {
        self.file = file
        self.path = path
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else {
            throw ArchiveError(.system(errno), "can't look at \(path): \(String(cString: strerror(errno)))")
        }
        size = Int64(status.st_size)
        modified = Date(
            timeIntervalSince1970: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1_000_000_000)
    }

    func read(at offset: Int64, count: Int) throws(AWSError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(file.descriptor, $0.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + off_t(filled))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw AWSError(.local, "can't read \(path): \(String(cString: strerror(errno)))") }
            if got == 0 { break }
            filled += got
        }
        return filled == count ? bytes : Array(bytes[..<filled])
    }
}

/// A file that is being written.
struct FileSink {
    fileprivate let file: OpenFile

    func write(_ bytes: [UInt8]) throws(AWSError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file.descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw AWSError(.local, "can't write a file: \(String(cString: strerror(errno)))") }
            written += count
        }
    }
}
