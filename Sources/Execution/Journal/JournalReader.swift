internal import FoundationEssentials
internal import Glibc

/// Reads a job's journal from a byte offset on, whole records only.
public struct JournalReader: Sendable {
    /// Records, and the offset after the last of them.
    public struct Batch: Sendable {
        public var records: [JournalRecord]
        public var from: Int64
        public var to: Int64
    }

    private let path: String

    public init(path: String) { self.path = path }

    /// The complete records that begin at `offset`, and where `end` is given before it; it must be a record's end. An
    /// unfinished last line is left for the next call; a journal that is not there yet has none.
    ///
    /// - Throws: `ExecutionError` where the file can't be read or a line of it is no record.
    public func records(from offset: Int64, to end: Int64 = .max) throws(ExecutionError) -> Batch {
        let bytes = try contents(from: offset).prefix(Int(clamping: end - offset))
        guard let lastNewline = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            return Batch(records: [], from: offset, to: offset)
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        var records: [JournalRecord] = []
        for line in bytes[...lastNewline].split(separator: UInt8(ascii: "\n")) {
            do { records.append(try decoder.decode(JournalRecord.self, from: Data(line))) } catch {
                throw ExecutionError("the journal \(path) holds a line that is no record: \(error)")
            }
        }
        return Batch(records: records, from: offset, to: offset + Int64(lastNewline) + 1)
    }

    private func contents(from offset: Int64) throws(ExecutionError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [] }
            throw ExecutionError("can't open the journal \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, off_t(offset) + off_t(bytes.count))
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw ExecutionError("can't read the journal \(path): \(String(cString: strerror(errno)))")
            }
            bytes.append(contentsOf: chunk[0..<count])
        }
    }
}
