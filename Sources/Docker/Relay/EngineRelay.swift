public import EngineAddresses
internal import Glibc
internal import Processes
internal import Synchronization

/// A Unix socket behind which an engine of another address answers: for a job's commands, which so need neither its address nor
/// the key by which it knows us.
///
/// Bytes go through as they are, in both directions, also the end of each. Connections are threads of this process.
public final class EngineRelay: Sendable {
    /// Of the socket.
    public let path: String
    /// Made for the socket; nil where it is in the caller's.
    private let ownFolder: String?
    private let listener: UnixSocketListener
    /// Closed to end all threads: each sees the end of the pipe.
    private let ending: OwnedDescriptor
    private static let limit = 64
    /// Of a socket: unix(7).
    private static let longestPath = 107

    /// Makes the socket, which only this process's user may use.
    ///
    /// - Parameter folder: where it is made, unless that makes its path longer than the kernel takes: then below `/tmp`.
    /// - Throws: `DockerError` where there can be none.
    public init(to address: EngineAddress, in folder: String) throws(DockerError) {
        let action = "offer the engine to the job"
        if "\(folder)/docker.sock".utf8.count <= Self.longestPath {
            ownFolder = nil
            path = "\(folder)/docker.sock"
        } else {
            var name = Array("/tmp/slipway-docker-XXXXXX".utf8CString)
            guard mkdtemp(&name) != nil else { throw DockerError(.failed, action, String(cString: strerror(errno))) }
            let own = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            ownFolder = own
            path = "\(own)/docker.sock"
        }
        let ended: OwnedDescriptor
        do throws(ProcessError) {
            listener = try UnixSocketListener(path: path)
            (ended, ending) = try OwnedDescriptor.pipe()
        } catch {
            unlink(path)
            if let ownFolder { rmdir(ownFolder) }
            throw DockerError(.failed, action, "\(error)")
        }
        let work = RelayWork(listener: listener, address: address, ended: ended, limit: Self.limit)
        guard RelayThread.start({ work.accept() }) else {
            close()
            throw DockerError(.failed, action, "no thread is left")
        }
    }

    /// Ends every connection.
    public func close() {
        ending.close()
        unlink(path)
        if let ownFolder { rmdir(ownFolder) }
    }

    deinit { close() }
}

/// What the relay's threads share. Whoever uses it last closes the socket.
private final class RelayWork: Sendable {
    private let listener: UnixSocketListener
    private let address: EngineAddress
    private let ended: OwnedDescriptor
    private let count = Mutex(0)
    private let limit: Int

    init(listener: UnixSocketListener, address: EngineAddress, ended: OwnedDescriptor, limit: Int) {
        self.listener = listener
        self.address = address
        self.ended = ended
        self.limit = limit
    }

    /// Until the relay is closed.
    func accept() {
        while true {
            var entries = [listener.number, ended.number].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, 2, -1) >= 0 || errno == EINTR, entries[1].revents == 0 else { return listener.close() }
            // Whoever hung up meanwhile is not there.
            guard let client = try? listener.accept(until: .now) else { continue }
            let isFree = count.withLock { count in
                guard count < limit else { return false }
                count += 1
                return true
            }
            guard isFree else {
                client.close()
                continue
            }
            let isStarted = RelayThread.start { [self] in
                RelayedConnection(client: client, ended: ended.number, address: address).run()
                client.close()
                count.withLock { $0 -= 1 }
            }
            if !isStarted { count.withLock { $0 -= 1 } }
        }
    }
}

/// A thread that nobody waits for.
private enum RelayThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let argument = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                // Signals are for the threads that wait for them; a write to a closed connection must not end the process.
                var signals = sigset_t()
                sigfillset(&signals)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
