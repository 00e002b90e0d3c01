internal import Glibc

/// A descriptor that can be read from once something is to end, for calls that block.
final class StopSignal: Sendable {
    /// Nil where the system has none left: nothing ends early then.
    let descriptor: Int32?
    private let writing: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            (descriptor, writing) = (nil, -1)
            return
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, writing) = (ends[0], ends[1])
    }

    deinit {
        guard let descriptor else { return }
        close(descriptor)
        close(writing)
    }

    func signal() {
        guard descriptor != nil else { return }
        var byte: UInt8 = 1
        // A pipe that is full is as readable as one can be.
        _ = write(writing, &byte, 1)
    }
}
