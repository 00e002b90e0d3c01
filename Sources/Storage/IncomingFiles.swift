public import Archives
internal import Glibc
internal import Synchronization

/// Makes the files that are filled before they are stored, in a folder that goes with the job's workspace: what a killed job
/// left there is removed with it.
public struct IncomingFiles: Sendable {
    private let folder: String
    /// Of all folders: a name that was used never comes again, since whoever used it removes what has it.
    private static let names = Atomic(0)

    public init(folder: String) { self.folder = folder }

    /// A file that is being filled.
    public final class File {
        public let path: String
        public let output: DigestingFile

        init(path: String, output: DigestingFile) {
            self.path = path
            self.output = output
        }

        /// Removes it, where it was not stored.
        deinit { unlink(path) }
    }

    /// - Parameter limit: how many bytes it may have.
    public func make(limit: Int64) throws(StorageError) -> File {
        try StoredFolder.makeFolder(folder)
        while true {
            let path = "\(folder)/\(Self.names.add(1, ordering: .relaxed).newValue)"
            do throws(ArchiveError) {
                return File(path: path, output: try DigestingFile(making: path, limit: limit))
            } catch {
                guard error.kind == .system(EEXIST) else { throw StorageError(error) }
            }
        }
    }
}
