internal import Archives
internal import Storage

/// A file, or a piece of one, that a call fills; removed with the last reference unless it was stored.
///
/// It is unchecked Sendable since one call at a time has it: the call that fills it hands it over when all of its body came, and an
/// upload gives out what it removes from its state under a lock.
final class StagedFile: @unchecked Sendable {
    private let file: IncomingFiles.File

    init(_ file: IncomingFiles.File) { self.file = file }

    var size: Int64 { file.output.size }
    var path: String { file.path }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) { try file.output.write(bytes) }

    /// Adds what another one holds.
    func append(_ other: StagedFile, isCancelled: () -> Bool) throws(ArchiveError) {
        try file.output.append(OpenFile.open(reading: other.path), isCancelled: isCancelled)
    }

    /// Has everything on the disk, once.
    ///
    /// - Returns: the SHA-256.
    func finish() throws(ArchiveError) -> String { try file.output.finish() }

    /// Stores it: what it is then is somebody else's.
    func store<Value>(_ body: (IncomingFiles.File) throws(StorageError) -> Value) throws(ServiceRefusal) -> Value {
        do throws(StorageError) { return try body(file) } catch { throw ServiceRefusal(error) }
    }
}
