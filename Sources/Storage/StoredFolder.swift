internal import Archives
internal import FoundationEssentials
internal import Glibc

/// A folder with one stored file and what is known of it: `content`, and a JSON file beside it.
///
/// It appears under its name whole, or not at all: it is filled under a name that nobody reads, and renamed.
struct StoredFolder {
    let path: String
    /// The name of the JSON file.
    let record: String

    var content: String { "\(path)/content" }
    private var recordPath: String { "\(path)/\(record)" }

    /// Fills the folder under a hidden name; `commit` has it appear, or `discard` removes it.
    ///
    /// - Parameter file: moved into it, or copied where it is on another file system.
    func prepare(_ value: some Encodable, content file: String) throws(StorageError) {
        try Self.makeFolder(hidden)
        do throws(StorageError) {
            try Self.move(file, to: "\(hidden)/content")
            let encoder = JSONEncoder()
            encoder.dateEncodingStrategy = .secondsSince1970
            let bytes: Data
            do { bytes = try encoder.encode(value) } catch { throw StorageError(.system, "can't describe \(path): \(error)") }
            try Self.write([UInt8](bytes), to: "\(hidden)/\(record)")
            try Self.synchronize(hidden)
        } catch {
            discard()
            throw error
        }
    }

    func commit() throws(StorageError) {
        guard rename(hidden, path) == 0 else { throw Self.failure("store", path) }
        try Self.synchronize(Self.parent(of: path))
    }

    /// Removes what `prepare` made.
    func discard() { Self.remove(hidden) }

    func read<Value: Decodable>(_ type: Value.Type) -> Value? {
        guard let bytes = FileManager.default.contents(atPath: recordPath) else { return nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        return try? decoder.decode(type, from: bytes)
    }

    /// Removes the folder. Who has the file open reads on. The record goes first: without it nothing is there.
    func remove() {
        unlink(recordPath)
        Self.remove(path)
    }

    /// When it was used last.
    var usedAt: Date {
        var status = stat()
        guard stat(recordPath, &status) == 0 else { return .distantPast }
        return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
    }

    func touch(at date: Date) {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        let time = timespec(
            tv_sec: Int(seconds), tv_nsec: Int((date.timeIntervalSince1970 - seconds) * 1e9))
        // Only the order of use: nothing fails for it.
        _ = utimensat(AT_FDCWD, recordPath, [time, time], 0)
    }

    private var hidden: String { "\(Self.parent(of: path))/.\(path.split(separator: "/").last ?? "")" }

    // MARK: Files

    /// The ids of the folders in a folder; none where it is missing.
    static func ids(in folder: String) -> [Int64] { names(in: folder).compactMap { Int64($0) }.sorted() }

    /// The names in a folder; none where it is missing.
    static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Removes what was filled and never appeared, where it was begun before a moment.
    static func removeAbandoned(in folder: String, before date: Date) {
        for name in names(in: folder) where name.hasPrefix(".") {
            var status = stat()
            guard Int64(name.dropFirst()) != nil, stat("\(folder)/\(name)", &status) == 0,
                Double(status.st_mtim.tv_sec) < date.timeIntervalSince1970
            else { continue }
            remove("\(folder)/\(name)")
        }
    }

    static func makeFolder(_ path: String) throws(StorageError) {
        if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, parent(of: path) != path else { throw failure("make the folder", path) }
        try makeFolder(parent(of: path))
        guard mkdir(path, 0o750) == 0 || errno == EEXIST else { throw failure("make the folder", path) }
    }

    private static func move(_ file: String, to target: String) throws(StorageError) {
        if rename(file, target) == 0 { return }
        guard errno == EXDEV else { throw failure("store", target) }
        do throws(ArchiveError) {
            let copy = try DigestingFile(making: target, limit: .max)
            try copy.append(try OpenFile.open(reading: file))
            _ = try copy.finish()
        } catch {
            throw StorageError(error)
        }
        unlink(file)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(StorageError) {
        do throws(ArchiveError) {
            let file = try DigestingFile(making: path, limit: .max)
            try file.write(bytes)
            _ = try file.finish()
        } catch {
            throw StorageError(error)
        }
    }

    private static func synchronize(_ folder: String) throws(StorageError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("store", folder) }
    }

    private static func remove(_ folder: String) {
        for name in names(in: folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
    }

    private static func failure(_ verb: String, _ path: String) -> StorageError {
        let code = errno
        let isFull = code == ENOSPC || code == EDQUOT
        return StorageError(
            isFull ? .full : .system,
            "can't \(verb) \(path): \(String(cString: strerror(code)))\(isFull ? ": the disk is full" : "")")
    }
}
