internal import CProcesses
internal import Glibc

extension SandboxHandle {
    /// Whether its processes have a network of their own, of which only a loopback interface is up.
    public var hasOwnNetwork: Bool { numbers.network >= 0 }

    /// Makes an IPv4 stream socket in the sandbox's network, for this process: what listens on it is reached by the sandbox's
    /// processes, and by nobody else where the network is its own.
    public func makeSocket() throws(ProcessError) -> OwnedDescriptor {
        var namespaces = numbers
        let descriptor = slipway_socket_in(&namespaces)
        guard descriptor >= 0 else { throw .system("make a socket in the sandbox", code: errno) }
        return OwnedDescriptor(descriptor)
    }
}
