internal import FoundationEssentials
internal import Glibc

/// Appends records to a job's journal. Each record is one `write`, so that a reader never sees half of one
/// followed by another.
public final class JournalWriter {
    private let descriptor: Int32
    private let path: String
    private let encoder: JSONEncoder

    /// - Throws: `ExecutionError` where the file can't be made.
    public init(path: String) throws(ExecutionError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw ExecutionError("can't open the journal \(path): \(String(cString: strerror(errno)))")
        }
        encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        encoder.outputFormatting = [.withoutEscapingSlashes]
    }

    deinit { close(descriptor) }

    /// - Throws: `ExecutionError` where the disk is full; the job must stop then, since nothing it does could be told.
    public func append(_ record: JournalRecord) throws(ExecutionError) {
        var line: Data
        do { line = try encoder.encode(record) } catch {
            throw ExecutionError("can't encode a journal record: \(error)")
        }
        line.append(UInt8(ascii: "\n"))
        let failure = line.withUnsafeBytes { bytes -> Int32? in
            var written = 0
            while written < bytes.count {
                let count = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                written += count
            }
            return nil
        }
        if let failure {
            throw ExecutionError("can't write the journal \(path): \(String(cString: strerror(failure)))")
        }
    }
}
