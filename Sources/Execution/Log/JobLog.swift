internal import Glibc
internal import LogText

/// A job's log file: lines with their times, secrets masked before a byte is written. Not thread-safe: the walker's thread
/// owns it.
///
/// Lines are in the file as soon as `append` and `write` return, so that viewers see them at once.
public final class JobLog {
    /// The file's size: the offset of the next line.
    public private(set) var size: Int64 = 0
    /// Obeys the commands in what is appended; nil between steps.
    var interpreter: LogCommandInterpreter?

    private let descriptor: Int32
    private let path: String
    private let limit: Int64
    private var buffer = LogBuffer(capacity: 1 << 20)
    private var formatter = LogLineFormatter()
    private var failure: ExecutionError?
    private var isCut = false
    private var stepStart: Int64 = 0
    private let echo: ((UnsafeRawBufferPointer) -> Void)?

    /// - Parameters:
    ///   - secrets: what must never be seen.
    ///   - limit: bytes of one step's output after which the rest of it is dropped, with a line that says so.
    /// - Throws: `ExecutionError` where the file can't be made.
    ///   - echo: gets every byte that is written, for a terminal.
    public init(
        path: String, secrets: [String], limit: Int64, echo: ((UnsafeRawBufferPointer) -> Void)? = nil
    ) throws(ExecutionError) {
        self.echo = echo
        self.path = path
        self.limit = limit
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw ExecutionError("can't open the log \(path): \(String(cString: strerror(errno)))")
        }
        formatter = LogLineFormatter(
            masker: SecretMasker(secrets: secrets),
            commandHandler: { [unowned self] line, masker in
                guard let interpreter else { return .keep }
                return interpreter.interpret(line) { masker.add($0) }
            })
    }

    deinit { close(descriptor) }

    /// One line of Slipway's own, or several.
    public func write(_ text: String) {
        formatter.write(text, into: &buffer)
        drain()
    }

    /// The limit counts from here.
    func beginStep() {
        stepStart = size
        isCut = false
    }

    /// Output of a process as it comes.
    func append(_ bytes: UnsafeRawBufferPointer) {
        guard !isCut else { return }
        formatter.append(bytes, into: &buffer)
        drain()
        if size - stepStart > limit {
            isCut = true
            formatter.finish(into: &buffer)
            formatter.write("##[warning]The log is cut here: the step wrote more than \(limit) bytes.", into: &buffer)
            drain()
        }
    }

    /// Writes a last line that has no end.
    func endOutput() {
        formatter.finish(into: &buffer)
        drain()
    }

    func addMask(_ secret: String) { formatter.masker.add(secret) }
    func masked(_ text: String) -> String { formatter.masker.masked(text) }
    func masks(_ text: String) -> Bool { formatter.masker.hides(partOf: text) }

    /// - Throws: what kept an earlier line from being written.
    func flush() throws(ExecutionError) {
        if let failure { throw failure }
    }

    /// Adds a step's summary to the job's, masked.
    func appendSummary(_ text: String, to path: String) throws(ExecutionError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw ExecutionError("can't open the summary \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var text = masked(text)
        if !text.hasSuffix("\n") { text += "\n" }
        let written = text.withUTF8 { Self.write($0.baseAddress, count: $0.count, to: descriptor) }
        if let written { throw ExecutionError("can't write the summary \(path): \(written)") }
    }

    private func drain() {
        guard !buffer.isEmpty else { return }
        let count = buffer.count
        if failure == nil {
            if let echo { buffer.withUnsafeBytes { echo($0) } }
            let problem = buffer.withUnsafeBytes { Self.write($0.baseAddress, count: $0.count, to: descriptor) }
            if let problem {
                failure = ExecutionError("can't write the log \(path): \(problem); free space on its disk")
            } else {
                size += Int64(count)
            }
        }
        buffer.removeAll()
    }

    /// What went wrong, or nil.
    private static func write(_ start: UnsafeRawPointer?, count: Int, to descriptor: Int32) -> String? {
        guard let start else { return nil }
        var done = 0
        while done < count {
            let written = Glibc.write(descriptor, start + done, count - done)
            if written < 0 {
                if errno == EINTR { continue }
                return String(cString: strerror(errno))
            }
            done += written
        }
        return nil
    }
}
