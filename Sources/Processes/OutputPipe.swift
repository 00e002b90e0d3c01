internal import CProcesses
internal import Glibc

/// The pipe that a step writes its output to, and the loop that reads it.
///
/// Output may come after the process that was started has ended: from `exec > >(tee log)`, or from a background process. So it is
/// read to its end, which is when the last writer closed it, but no longer than a grace time after the leader's end.
public final class OutputPipe: Sendable {
    /// Why reading stopped.
    public enum End: Sendable, Hashable {
        /// Every writer has closed it.
        case endOfFile
        /// The leader has ended, and something it left behind keeps the pipe open. All that was written until then was read.
        case graceElapsed
        /// The deadline passed; reading can go on.
        case deadlinePassed
        /// The interrupting descriptor became readable; reading can go on.
        case interrupted
    }

    /// Bytes that a single call of the consumer gets at most.
    public static let chunkSize = 256 * 1024

    private let reading: OwnedDescriptor
    private let writing: OwnedDescriptor

    /// For the process that writes; close it with `closeWriteEnd()` once it was started, or the end never comes.
    public var writeEnd: Int32 { writing.number }
    /// For poll(2).
    public var readEnd: Int32 { reading.number }

    /// - Parameter capacity: Bytes that a writer can be ahead. The kernel may give less (pipe(7), pipe-max-size).
    public init(capacity: Int32 = 1 << 20) throws(ProcessError) {
        (reading, writing) = try OwnedDescriptor.pipe()
        _ = slipway_set_pipe_capacity(reading.number, capacity)
        guard slipway_set_nonblocking(reading.number, 1) == 0 else { throw .system("prepare a pipe", code: errno) }
    }

    public func closeWriteEnd() { writing.close() }

    /// Reads until the end and hands each chunk to `consume`; the bytes are valid during that call only.
    ///
    /// - Parameters:
    ///   - grace: How long after the leader's end the pipe may stay open.
    ///   - interruption: A descriptor that ends the loop when it becomes readable, as a control socket; -1 for none.
    public func read(
        leader: SpawnedProcess, grace: Duration, deadline: SuspendingClock.Instant? = nil, interruption: Int32 = -1,
        consume: (UnsafeRawBufferPointer) -> Void
    ) -> End {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 16)
        defer { buffer.deallocate() }
        var graceEnd: SuspendingClock.Instant?
        while true {
            let limit = [graceEnd, deadline].compactMap { $0 }.min()
            let leaderOrNone = graceEnd == nil ? leader.pidfd : -1
            let ready = Polling.ready([reading.number, leaderOrNone, interruption], until: limit)
            if ready[0], !readOnce(into: buffer, consume) { return .endOfFile }
            if ready[2] { return .interrupted }
            if ready[1] { graceEnd = .now + grace }
            let now = SuspendingClock.now
            // A writer that never pauses is cut off too: both ends are looked at after every chunk.
            if let graceEnd, now >= graceEnd { return finish(into: buffer, consume) }
            if let deadline, now >= deadline { return .deadlinePassed }
        }
    }

    /// Hands on what is there without waiting, at most the pipe's capacity. False at the end of file.
    @discardableResult
    public func drain(consume: (UnsafeRawBufferPointer) -> Void) -> Bool {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 16)
        defer { buffer.deallocate() }
        return finish(into: buffer, consume) != .endOfFile
    }

    /// What the pipe held at this moment; a background process may go on writing, so its amount is bounded.
    private func finish(into buffer: UnsafeMutableRawBufferPointer, _ consume: (UnsafeRawBufferPointer) -> Void) -> End {
        var waiting: Int32 = 0
        guard ioctl(reading.number, UInt(FIONREAD), &waiting) == 0 else { return .graceElapsed }
        var left = Int(waiting)
        while left > 0 {
            let count = Glibc.read(reading.number, buffer.baseAddress, min(left, buffer.count))
            guard count > 0 else { break }
            consume(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            left -= count
        }
        var entry = pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0)
        let isAtEnd = poll(&entry, 1, 0) > 0 && entry.revents & Int16(POLLIN) == 0 && entry.revents & Int16(POLLHUP) != 0
        return isAtEnd ? .endOfFile : .graceElapsed
    }

    /// False at the end of file.
    private func readOnce(into buffer: UnsafeMutableRawBufferPointer, _ consume: (UnsafeRawBufferPointer) -> Void) -> Bool {
        let count = Glibc.read(reading.number, buffer.baseAddress, buffer.count)
        if count > 0 { consume(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))
    }
}
