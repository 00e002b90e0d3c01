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
    var interpreter: LogCommandInterpreter? {
        didSet { lineHandler = interpreter.map { interpreter in { interpreter.look(at: $0) } } }
    }
    /// Is shown the lines of what is appended that are no commands.
    var lineHandler: LogLineFormatter.LineHandler? {
        get { formatter.lineHandler }
        set { formatter.lineHandler = newValue }
    }

    private let descriptor: Int32
    private let path: String
    private let limit: Int64
    private var buffer = LogBuffer(capacity: 1 << 20)
    private var formatter = LogLineFormatter()
    private var failure: ExecutionError?
    private var isCut = false
    private var stepStart: Int64 = 0
    private let echo: ((UnsafeRawBufferPointer) -> Void)?
    private let masks: LogMasks
    private var knownMasks: Int
    private let spool: LogSpool?

    /// - Parameters:
    ///   - secrets: what must never be seen.
    ///   - limit: bytes of one step's output after which the rest of it is dropped, with a line that says so.
    ///   - echo: gets every byte that is written, for a terminal.
    /// - Throws: `ExecutionError` where the file can't be made.
    public convenience init(
        path: String, secrets: [String], limit: Int64, echo: ((UnsafeRawBufferPointer) -> Void)? = nil
    ) throws(ExecutionError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Folder.failure("open the log", path) }
        self.init(descriptor, path: path, limit: limit, masks: LogMasks(secrets), echo: echo, spool: nil)
    }

    /// The log of a step in the background: hides what this one hides.
    func beside(_ spool: LogSpool) -> JobLog {
        JobLog(spool.descriptor, path: spool.path, limit: limit, masks: masks, echo: nil, spool: spool)
    }

    private init(
        _ descriptor: Int32, path: String, limit: Int64, masks: LogMasks, echo: ((UnsafeRawBufferPointer) -> Void)?,
        spool: LogSpool?
    ) {
        self.descriptor = descriptor
        self.path = path
        self.limit = limit
        self.masks = masks
        self.echo = echo
        self.spool = spool
        let secrets = masks.added(after: 0)
        knownMasks = secrets.count
        formatter = LogLineFormatter(
            masker: SecretMasker(secrets: Array(secrets)),
            commandHandler: { [unowned self] line, masker in
                guard let interpreter else { return .keep }
                return interpreter.interpret(line) { [masks] secret in
                    masker.add(secret)
                    masks.add(secret)
                }
            })
    }

    deinit {
        if spool == nil { close(descriptor) }
    }

    /// Other steps may have told secrets since.
    private func takeMasks() {
        guard masks.count != knownMasks else { return }
        let added = masks.added(after: knownMasks)
        knownMasks += added.count
        formatter.masker.add(contentsOf: added)
    }

    /// One line of Slipway's own, or several.
    public func write(_ text: String) {
        takeMasks()
        if isCut { dropIncompleteLine() }
        formatter.write(text, into: &buffer)
        drain()
    }

    /// The limit counts from here.
    func beginStep() {
        stepStart = size
        isCut = false
    }

    /// Output of a process as it comes. What is over the limit is not written, but the commands in it are obeyed: a secret that is
    /// told there may be in the next step's output.
    func append(_ bytes: UnsafeRawBufferPointer) {
        takeMasks()
        formatter.append(bytes, into: &buffer)
        if isCut { return buffer.removeAll() }
        drain()
        if size - stepStart > limit {
            formatter.finish(into: &buffer)
            formatter.write("##[warning]The log is cut here: the step wrote more than \(limit) bytes.", into: &buffer)
            drain()
            isCut = true
        }
    }

    /// Writes a last line that has no end.
    func endOutput() {
        if isCut { return dropIncompleteLine() }
        formatter.finish(into: &buffer)
        drain()
    }

    private func dropIncompleteLine() {
        formatter.finish(into: &buffer)
        buffer.removeAll()
    }

    /// Hides it from now on.
    public func addMask(_ secret: String) { masks.add(secret) }

    /// The same for whoever hears of a secret on another thread.
    public var maskAdder: @Sendable (String) -> Void { { [masks] in masks.add($0) } }

    /// Where the next line will be, from the step's first byte on.
    var position: Int64 { size - stepStart }

    /// The first and the last bytes of what the step has written so far, or of a part of that.
    func excerpt(of range: Range<Int64>? = nil) -> LogExcerpt {
        let file = spool?.descriptor ?? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return LogExcerpt(parts: []) }
        defer { if spool == nil { close(file) } }
        return LogExcerpt(of: range ?? 0..<position) { offset, count in
            var bytes = [UInt8](repeating: 0, count: count)
            var filled = 0
            while filled < count {
                let got = bytes.withUnsafeMutableBytes {
                    pread(file, $0.baseAddress! + filled, count - filled, off_t(stepStart + offset) + off_t(filled))
                }
                if got < 0 && errno == EINTR { continue }
                guard got > 0 else { break }
                filled += got
            }
            return Array(bytes[..<filled])
        }
    }

    func masked(_ text: String) -> String {
        takeMasks()
        return formatter.masker.masked(text)
    }

    func masks(_ text: String) -> Bool {
        takeMasks()
        return formatter.masker.hides(partOf: text)
    }

    /// - Throws: what kept an earlier line from being written.
    func flush() throws(ExecutionError) {
        if let failure { throw failure }
    }

    /// Adds what another log holds from a position on: lines that have their times and are masked already.
    ///
    /// - Returns: the position after it.
    func append(_ spool: LogSpool, from start: Int64) -> Int64 {
        var position = start
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        while position < spool.written {
            let wanted = min(chunk.count, Int(spool.written - position))
            let count = pread(spool.descriptor, &chunk, wanted, off_t(position))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                failure = failure ?? Folder.failure("read the log", spool.path)
                return spool.written
            }
            buffer.append(contentsOf: chunk[..<count])
            drain()
            position += Int64(count)
        }
        return position
    }

    /// Adds a step's summary to the job's, masked.
    func appendSummary(_ text: String, to path: String) throws(ExecutionError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Folder.failure("open the summary", path) }
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
                spool?.note(size: size)
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
