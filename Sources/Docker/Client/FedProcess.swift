internal import Glibc
internal import HTTPTransport
internal import Processes

/// A program that gets its standard input while it is made, and whose output is read meanwhile.
struct FedProcess {
    private let specification: ProcessSpecification
    private let action: String

    init(_ specification: ProcessSpecification, action: String) {
        self.specification = specification
        self.action = action
    }

    /// Runs it to its end.
    ///
    /// - Throws: `DockerError`, with `interrupted` or `momentPassed` where the patience ended: it is killed then.
    func run(
        feeding body: any TransportUpload, patience: Patience, output: (UnsafeRawBufferPointer) -> Void
    ) throws(DockerError) -> ProcessOutcome {
        let input = try DescriptorPair(action)
        let printed = try DescriptorPair(action)
        var specification = specification
        specification.standardInput = .descriptor(input.reading)
        specification.output = .descriptor(printed.writing)
        let process: SpawnedProcess
        do { process = try SpawnedProcess.start(specification) } catch {
            throw DockerError(.failed, action, "\(specification.executable) can't be started: \(error)")
        }
        input.closeReading()
        printed.closeWriting()
        var feed = Feed(body, into: input)
        do throws(DockerError) {
            while try step(&feed, printed.reading, patience, output) {}
        } catch {
            Teardown.immediate.end(process, scope: .session)
            throw error
        }
        if feed.isBroken {
            Teardown.immediate.end(process, scope: .session)
            throw DockerError(.failed, action, "its context can't be read")
        }
        return process.wait()
    }

    /// - Returns: false once the output is at its end.
    private func step(
        _ feed: inout Feed, _ printed: Int32, _ patience: Patience, _ output: (UnsafeRawBufferPointer) -> Void
    ) throws(DockerError) -> Bool {
        var entries = [
            pollfd(fd: printed, events: Int16(POLLIN), revents: 0),
            pollfd(fd: feed.descriptor, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: patience.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        var wait: Int32 = -1
        if let moment = patience.moment {
            let left = moment - .now
            guard left > .zero else { throw DockerError(.momentPassed, action, "it took too long") }
            wait = Int32(clamping: left.components.seconds * 1000 + 1000)
        }
        guard poll(&entries, 3, wait) >= 0 || errno == EINTR else {
            throw DockerError(.failed, action, String(cString: strerror(errno)))
        }
        if entries[2].revents != 0 { throw DockerError(.interrupted, action, "it was cancelled") }
        if entries[1].revents != 0 { feed.advance() }
        if feed.isBroken { return false }
        guard entries[0].revents != 0 else { return true }
        return withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            let count = read(printed, buffer.baseAddress, buffer.count)
            if count > 0 { output(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN))
        }
    }
}

/// What goes to a program's standard input.
private struct Feed {
    private let body: any TransportUpload
    private let pair: DescriptorPair
    private var piece = [UInt8](repeating: 0, count: 256 << 10)
    private var sent = 0
    private var filled = 0
    /// Whether there is no more to be had of the body, though it is not at its end.
    private(set) var isBroken = false
    private var isDone = false

    init(_ body: any TransportUpload, into pair: DescriptorPair) {
        self.body = body
        self.pair = pair
    }

    /// -1 once everything was sent.
    var descriptor: Int32 { isDone ? -1 : pair.writing }

    mutating func advance() {
        if sent == filled {
            guard let count = piece.withUnsafeMutableBytes({ body.read(into: $0) }) else {
                isBroken = true
                return
            }
            filled = count
            sent = 0
            if count == 0 { return finish() }
        }
        let count = piece.withUnsafeBytes { bytes in
            send(
                pair.writing, bytes.baseAddress.map { $0 + sent }, filled - sent,
                Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
        if count > 0 {
            sent += count
        } else if count < 0, errno != EAGAIN, errno != EINTR {
            // It reads no more: why, its output says.
            finish()
        }
    }

    private mutating func finish() {
        isDone = true
        pair.closeWriting()
    }
}

/// Two ends of a connection, each closed once. No pipe: a write to one whose reader is gone would end this process.
private final class DescriptorPair {
    private(set) var reading: Int32 = -1
    private(set) var writing: Int32 = -1

    init(_ action: String) throws(DockerError) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw DockerError(.failed, action, "no descriptor is left: \(String(cString: strerror(errno)))")
        }
        reading = ends[0]
        writing = ends[1]
    }

    deinit {
        closeReading()
        closeWriting()
    }

    func closeReading() {
        if reading >= 0 { close(reading) }
        reading = -1
    }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }
}
