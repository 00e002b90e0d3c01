internal import CProcesses
internal import Glibc
internal import Synchronization

/// A file descriptor that is closed when the last reference to it goes.
///
/// The number may be used as long as the object lives; `close()` ends that early and is idempotent.
public final class OwnedDescriptor: Sendable {
    private let state: Atomic<Int32>

    /// The descriptor's number, or -1 once it is closed.
    public var number: Int32 { state.load(ordering: .acquiring) }

    /// Takes over a descriptor that nobody else closes.
    public init(_ number: Int32) {
        state = Atomic(number)
    }

    /// Closes it now; a reader on the other end of a pipe or socket sees the end.
    public func close() {
        let number = state.exchange(-1, ordering: .acquiringAndReleasing)
        if number >= 0 { _ = Glibc.close(number) }
    }

    /// Gives the number away: the caller closes it.
    public func release() -> Int32 {
        state.exchange(-1, ordering: .acquiringAndReleasing)
    }

    deinit { close() }
}

extension OwnedDescriptor {
    /// A pipe, both ends close-on-exec from the start: no process that another thread starts gets a copy.
    public static func pipe() throws(ProcessError) -> (reading: OwnedDescriptor, writing: OwnedDescriptor) {
        var ends: [Int32] = [-1, -1]
        guard slipway_pipe(&ends) == 0 else { throw .system("make a pipe", code: errno) }
        return (OwnedDescriptor(ends[0]), OwnedDescriptor(ends[1]))
    }

    /// A file that is on no disk, holds the bytes and is read from its start; close-on-exec.
    public static func inMemory(_ bytes: [UInt8]) throws(ProcessError) -> OwnedDescriptor {
        let number = slipway_memory_file()
        guard number >= 0 else { throw .system("make a file in memory", code: errno) }
        let file = OwnedDescriptor(number)
        try file.write(bytes)
        lseek(number, 0, SEEK_SET)
        return file
    }

    /// Opens a file, close-on-exec.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(ProcessError) -> OwnedDescriptor {
        let number = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw .system("open '\(path)'", code: errno) }
        return OwnedDescriptor(number)
    }

    /// Reads until every writer has closed its end. Blocks.
    public func readToEnd() throws(ProcessError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let chunk = try read(atMost: 64 * 1024)
            if chunk.isEmpty { return bytes }
            bytes += chunk
        }
    }

    /// Reads once, waiting for the first byte: at most `limit` bytes, empty at the end.
    public func read(atMost limit: Int) throws(ProcessError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let answer = retryingInterrupts { Glibc.read(number, buffer.baseAddress, limit) }
            if answer < 0 { failure = errno }
            count = max(0, answer)
        }
        guard failure == 0 else { throw .system("read from a descriptor", code: failure) }
        return bytes
    }

    /// Writes everything, however many calls that takes. A closed reader is an error, never a signal, on sockets; on pipes the
    /// process decides what SIGPIPE does.
    public func write(_ bytes: [UInt8]) throws(ProcessError) {
        var offset = 0
        while offset < bytes.count {
            let answer = bytes.withUnsafeBytes { buffer in
                retryingInterrupts { Glibc.write(number, buffer.baseAddress! + offset, buffer.count - offset) }
            }
            guard answer >= 0 else { throw .system("write to a descriptor", code: errno) }
            offset += answer
        }
    }
}

/// Calls again as long as a signal handler interrupted the call (EINTR).
func retryingInterrupts(_ call: () -> Int) -> Int {
    while true {
        let answer = call()
        if answer >= 0 || errno != EINTR { return answer }
    }
}
