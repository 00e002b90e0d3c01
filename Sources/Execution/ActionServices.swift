internal import Glibc

/// The services of artifacts and caches that actions written for GitHub speak to, of one job.
///
/// Contract: `environment` may be called from several threads, and again; what serves is started by the first call. After `stop`
/// nothing is served, and nothing that was asked before changes anything any more.
public protocol ActionServices: Sendable {
    /// Variables for an action's process: `ACTIONS_RUNTIME_TOKEN`, `ACTIONS_RESULTS_URL` and so on. Scripts don't see them. No log
    /// shows the values of those whose names end in `TOKEN`. None where the job can store nothing.
    ///
    /// - Throws: `ExecutionError` where the caller can't reach this process, or the deadline passed or a cancellation came before
    ///   that could be told; an action that needs no services goes on without.
    func environment(
        for caller: ServiceCaller, in workplace: any Workplace, deadline: Deadline?, cancellation: Cancellation
    ) throws(ExecutionError) -> [String: String]

    func stop()
}

/// From where a job's services are called.
public enum ServiceCaller: Hashable, Sendable {
    /// A command of the workplace.
    case command
    /// A container that runs one step.
    case stepContainer
}

/// A TCP socket on which this process listens.
public struct ServiceSocket: Sendable {
    /// Whoever gets it closes it.
    public let descriptor: Int32
    /// Host and port, as the caller reaches them.
    public let address: String
    private static let backlog: Int32 = 128

    /// Listens on a free port of an IPv4 address.
    public init(host: String = "127.0.0.1") throws(ExecutionError) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("make a socket") }
        try self.init(taking: descriptor, host: host)
    }

    /// - Parameter descriptor: an IPv4 socket, perhaps of another network than this process's. Closed where listening fails.
    public init(taking descriptor: Int32, host: String) throws(ExecutionError) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            close(descriptor)
            throw ExecutionError("can't listen for the job's actions on \(host): it is no IPv4 address")
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, Self.backlog) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isListening else {
            let error = Self.failure("listen for the job's actions on \(host)")
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.address = "\(host):\(UInt16(bigEndian: address.sin_port))"
    }

    private static func failure(_ verb: String) -> ExecutionError {
        ExecutionError("can't \(verb): \(String(cString: strerror(errno)))")
    }
}
