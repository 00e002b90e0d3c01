internal import Glibc
internal import Synchronization

/// The file in which the log of a step in the background lies until its place in the job's log has come.
///
/// The step's thread writes, the job's thread reads what is written. Where the worker dies in between, the file stays in the job's
/// folder.
final class LogSpool: Sendable {
    let path: String
    let descriptor: Int32
    private let size = Atomic<Int64>(0)
    private let news: StepNews

    /// - Throws: `ExecutionError` where the file can't be made.
    init(path: String, news: StepNews) throws(ExecutionError) {
        self.path = path
        self.news = news
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw Folder.failure("open the log", path) }
    }

    deinit { close(descriptor) }

    /// Bytes that can be read.
    var written: Int64 { size.load(ordering: .acquiring) }

    /// The file has grown.
    func note(size: Int64) {
        self.size.store(size, ordering: .releasing)
        news.tell()
    }

    func remove() { unlink(path) }
}
