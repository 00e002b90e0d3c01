/// A request as it is to be signed, and as it is sent.
public struct SignableRequest: Sendable {
    public var method: String
    /// As it is sent, without the query.
    public var path: String
    /// As it is sent, without the question mark; empty where there is none.
    public var query: String
    /// With `Host`. A name may come twice.
    public var headers: [(name: String, value: String)]
    public var payload: SignedPayload

    public init(
        _ method: String, _ path: String, query: String = "", headers: [(name: String, value: String)],
        payload: SignedPayload = .bytes([])
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.payload = payload
    }
}

/// What of the body is signed.
public enum SignedPayload: Sendable, Equatable {
    case bytes([UInt8])
    /// The SHA-256 digest of the body in lower-case hexadecimal digits.
    case digest(String)
    /// The body is not signed; TLS protects it.
    case unsigned
}

/// A request with its signature, and the two texts that it was made of.
public struct SignedRequest: Sendable {
    /// With the headers or query parameters that carry the signature.
    public var request: SignableRequest
    public var canonicalRequest: String
    public var stringToSign: String
    /// 64 lower-case hexadecimal digits.
    public var signature: String
}
