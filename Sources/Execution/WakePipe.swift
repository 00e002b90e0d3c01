internal import Glibc

/// A pipe by which any thread wakes one that polls.
final class WakePipe: Sendable {
    /// Can be read from once it was woken, until it is drained.
    let descriptor: Int32
    private let writeEnd: Int32

    /// - Parameter purpose: what the pipe is for, for the error.
    /// - Throws: `ExecutionError` where the process has no descriptors left.
    init(for purpose: String) throws(ExecutionError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ExecutionError("can't make a pipe for \(purpose): \(String(cString: strerror(errno)))")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    func wake() {
        var byte: UInt8 = 1
        // It only wakes a reader; where it is full, one is awake already.
        _ = write(writeEnd, &byte, 1)
    }

    func drain() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }
}
