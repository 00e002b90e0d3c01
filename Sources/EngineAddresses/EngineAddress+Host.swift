internal import Glibc

extension EngineAddress {
    /// Whether the engine is on this host, so that it has this host's folders and ports: a socket is taken to be, and a port where
    /// its host's addresses are this host's own. Asks the name service.
    public var isOnThisHost: Bool {
        guard case .server(let host, _) = place else { return true }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &found) == 0, let found else { return false }
        defer { freeaddrinfo(found) }
        var next: UnsafeMutablePointer<addrinfo>? = found
        while let entry = next {
            guard Self.isOwn(entry.pointee) else { return false }
            next = entry.pointee.ai_next
        }
        return true
    }

    /// Only an address of this host can be bound.
    private static func isOwn(_ entry: addrinfo) -> Bool {
        let probe = Glibc.socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        return bind(probe, entry.ai_addr, entry.ai_addrlen) == 0
    }
}
