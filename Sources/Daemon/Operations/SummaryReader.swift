internal import Git
internal import Glibc
internal import Markdown
internal import Processes
internal import Web

/// Reads and renders what the steps of jobs wrote about their work. A rendering is kept as long as its file is the same.
actor SummaryReader {
    /// Bytes of a job's summaries that are rendered: their beginning.
    private static let limit = 1 << 20
    /// Bytes of renderings that are kept.
    private static let keptLimit = 8 << 20

    /// Tells one state of a file from the next. It is only ever appended to.
    private struct Stamp: Equatable {
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private struct Beginning {
        var stamp: Stamp
        var bytes: [UInt8]
    }

    private let forkServer: ForkServerClient
    private let report: @Sendable (String) -> Void
    private let files = BlockingQueue(label: "slipway.summaries")
    private var kept: [Int64: (stamp: Stamp, summary: JobSummary)] = [:]
    /// The least recently rendered first.
    private var order: [Int64] = []
    private var size = 0

    /// - Parameter report: told where a rendering can't be had.
    init(forkServer: ForkServerClient, report: @escaping @Sendable (String) -> Void) {
        self.forkServer = forkServer
        self.report = report
    }

    /// - Parameter id: of the job that ran, for one that was taken over too.
    func summary(ofJob id: Int64, at path: String) async -> JobSummary? {
        let known = kept[id]?.stamp
        guard let found = await files.run({ Self.beginning(of: path, unless: known) }) else { return nil }
        if let entry = kept[id], entry.stamp == found.stamp { return entry.summary }
        let text = String(decoding: Self.wholeLines(of: found), as: UTF8.self)
        let summary = JobSummary(text: text, html: await html(of: text, job: id), size: found.stamp.size)
        keep(summary, stamp: found.stamp, job: id)
        return summary
    }

    private func html(of text: String, job id: Int64) async -> String? {
        do {
            let answer = try await forkServer.exchange(
                role: MarkdownRole.name, request: MarkdownRole.Request(text: text),
                deadline: .seconds(MarkdownRole.deadline), as: MarkdownRole.Answer.self)
            return answer?.html.map { HTMLSanitizer(idPrefix: "summary-\(id)-").sanitized($0) }
        } catch {
            report("can't render the summary of job \(id): \(error)")
            return nil
        }
    }

    private func keep(_ summary: JobSummary, stamp: Stamp, job id: Int64) {
        forget(id)
        kept[id] = (stamp, summary)
        order.append(id)
        size += summary.keptSize
        while size > Self.keptLimit, let oldest = order.first { forget(oldest) }
    }

    private func forget(_ id: Int64) {
        guard let entry = kept.removeValue(forKey: id) else { return }
        order.removeAll { $0 == id }
        size -= entry.summary.keptSize
    }

    // MARK: - The file

    /// Nil where there is none or it is empty; without its bytes where it is as it is known.
    private static func beginning(of path: String, unless known: Stamp?) -> Beginning? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return nil }
        let stamp = Stamp(
            size: Int64(status.st_size), seconds: Int(status.st_mtim.tv_sec), nanoseconds: Int(status.st_mtim.tv_nsec))
        guard stamp != known else { return Beginning(stamp: stamp, bytes: []) }
        var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), limit))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            filled += count
        }
        return Beginning(stamp: stamp, bytes: Array(bytes[..<filled]))
    }

    /// What was cut ends with a line.
    private static func wholeLines(of beginning: Beginning) -> ArraySlice<UInt8> {
        guard beginning.bytes.count < beginning.stamp.size, let end = beginning.bytes.lastIndex(of: UInt8(ascii: "\n")) else {
            return beginning.bytes[...]
        }
        return beginning.bytes[...end]
    }
}

extension JobSummary {
    fileprivate var keptSize: Int { text.utf8.count + (html?.utf8.count ?? 0) }
}
