/// Whom a client of TLS believes, and how it shows who it is. Paths of PEM files.
public struct TransportCertificates: Sendable, Hashable {
    /// Nobody else is believed than whom these vouch for; nil: those of this host.
    public var authorities: String?
    /// With `key`; nil: the client shows nothing.
    public var certificate: String?
    public var key: String?

    public init(authorities: String?, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }
}
