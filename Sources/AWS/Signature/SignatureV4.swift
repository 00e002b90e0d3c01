public import FoundationEssentials
internal import PercentCoding
internal import Signing

/// AWS Signature Version 4: proves that a request comes from who has a secret key, and was not changed on its way.
///
/// See "AWS Signature Version 4 for API requests" in AWS' manual on IAM. Nothing here waits or fails.
public struct SignatureV4: Sendable {
    /// In what services differ.
    public struct Rules: Sendable, Equatable {
        /// The path is percent-encoded once more before it is signed. False for S3.
        public var encodesPathTwice = true
        /// `.`, `..` and doubled slashes are taken out of the path before it is signed. False for S3, where they are part of a key.
        public var normalizesPath = true
        /// The payload's digest is sent, and signed, as `x-amz-content-sha256`. S3 wants it.
        public var sendsPayloadDigest = false
        /// The session token is signed. Where not, it is sent all the same.
        public var signsToken = true

        public init() {}

        public static let standard = Rules()
        public static let s3: Rules = {
            var rules = Rules()
            rules.encodesPathTwice = false
            rules.normalizesPath = false
            rules.sendsPayloadDigest = true
            return rules
        }()
    }

    static let algorithm = "AWS4-HMAC-SHA256"
    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    public var credentials: AWSCredentials
    public var region: String
    /// The name that the service has in signatures: `ecs`, `elasticloadbalancing`.
    public var service: String
    public var rules: Rules

    public init(credentials: AWSCredentials, region: String, service: String, rules: Rules = .standard) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.rules = rules
    }

    /// The request with the headers `X-Amz-Date`, `Authorization` and, where there is a token, `X-Amz-Security-Token`.
    /// Those that it has already are replaced.
    public func signByHeaders(_ request: SignableRequest, at date: Date) -> SignedRequest {
        let time = SignatureTime(date)
        let digest = Self.digest(of: request.payload)
        var request = request
        let replaced = ["x-amz-date", "authorization", "x-amz-security-token", "x-amz-content-sha256"]
        request.headers.removeAll { replaced.contains($0.name.lowercased()) }
        request.headers.append(("X-Amz-Date", time.text))
        if rules.sendsPayloadDigest { request.headers.append(("x-amz-content-sha256", digest)) }
        let token = credentials.sessionToken.map { (name: "X-Amz-Security-Token", value: $0) }
        if let token, rules.signsToken { request.headers.append(token) }
        let names = CanonicalHeaders(request.headers).names
        var signed = sign(request, digest: digest, at: time)
        if let token, !rules.signsToken { signed.request.headers.append(token) }
        signed.request.headers.append(
            (
                "Authorization",
                "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope(time)), SignedHeaders=\(names), "
                    + "Signature=\(signed.signature)"
            ))
        return signed
    }

    /// The request with its signature in the query: whoever has the URL may send it until it expires.
    ///
    /// - Parameter seconds: how long it is good for, at most a week; nil leaves that to the service.
    public func signByQuery(_ request: SignableRequest, at date: Date, expiresAfter seconds: Int?) -> SignedRequest {
        let time = SignatureTime(date)
        let digest = Self.digest(of: request.payload)
        var request = request
        let dropped = ["authorization", "x-amz-security-token", "x-amz-content-sha256"]
        request.headers.removeAll { dropped.contains($0.name.lowercased()) }
        // A date that the request has already is sent, but the signature's own stands in the query.
        let date = request.headers.filter { $0.name.lowercased() == "x-amz-date" }
        request.headers.removeAll { $0.name.lowercased() == "x-amz-date" }
        if rules.sendsPayloadDigest, request.payload != .unsigned { request.headers.append(("x-amz-content-sha256", digest)) }
        let token = credentials.sessionToken.map { ("X-Amz-Security-Token", $0) }
        var parameters = [
            ("X-Amz-Algorithm", Self.algorithm), ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(time))"),
            ("X-Amz-Date", time.text), ("X-Amz-SignedHeaders", CanonicalHeaders(request.headers).names),
        ]
        if let seconds { parameters.append(("X-Amz-Expires", String(seconds))) }
        if let token, rules.signsToken { parameters.append(token) }
        request.query = Self.appended(parameters, to: request.query)
        var signed = sign(request, digest: digest, at: time)
        var proof = [("X-Amz-Signature", signed.signature)]
        if let token, !rules.signsToken { proof.append(token) }
        signed.request.query = Self.appended(proof, to: signed.request.query)
        signed.request.headers += date
        return signed
    }

    // MARK: - Steps

    private func sign(_ request: SignableRequest, digest: String, at time: SignatureTime) -> SignedRequest {
        let headers = CanonicalHeaders(request.headers)
        let canonical = [
            request.method, canonicalPath(request.path), Self.canonicalQuery(request.query), headers.lines, headers.names, digest,
        ].joined(separator: "\n")
        let stringToSign = [Self.algorithm, time.text, scope(time), SHA256.hexadecimal(canonical)].joined(separator: "\n")
        var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
        for part in [time.day, region, service, "aws4_request"] { key = HMAC.sha256(key: key, message: Array(part.utf8)) }
        let signature = HMAC.sha256Hexadecimal(key: key, message: Array(stringToSign.utf8))
        return SignedRequest(
            request: request, canonicalRequest: canonical, stringToSign: stringToSign, signature: signature)
    }

    private func scope(_ time: SignatureTime) -> String { "\(time.day)/\(region)/\(service)/aws4_request" }

    private static func digest(of payload: SignedPayload) -> String {
        switch payload {
        case .bytes(let bytes): SHA256.hexadecimal(bytes)
        case .digest(let digest): digest
        case .unsigned: unsignedPayload
        }
    }

    private func canonicalPath(_ path: String) -> String {
        let path = rules.normalizesPath ? Self.normalized(path) : path
        let whole = path.hasPrefix("/") ? path : "/" + path
        return rules.encodesPathTwice ? PercentEncoding.encoded(whole, keepingSlash: true) : whole
    }

    private static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        guard !parts.isEmpty else { return "/" }
        return "/" + parts.joined(separator: "/") + (path.hasSuffix("/") ? "/" : "")
    }

    private static func canonicalQuery(_ query: String) -> String {
        let items = query.utf8.split(separator: UInt8(ascii: "&")).map { item in
            let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? canonical(parts[1]) : ""
            return (canonical(parts[0]), value)
        }
        return items.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// Brings what may be encoded, wholly or not, into the one form that is signed.
    private static func canonical(_ text: some Sequence<UInt8>) -> String {
        PercentEncoding.encoded(PercentEncoding.decoded(text))
    }

    private static func appended(_ parameters: [(String, String)], to query: String) -> String {
        let added = parameters.map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }.joined(separator: "&")
        return query.isEmpty ? added : query + "&" + added
    }
}

/// The headers of a request in the form that is signed.
struct CanonicalHeaders {
    /// `name:value`, each with its line's end.
    let lines: String
    /// Separated by semicolons.
    let names: String

    /// What proxies change on the way, or what is written after the signature.
    private static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    init(_ headers: [(name: String, value: String)]) {
        var values: [String: [String]] = [:]
        for header in headers where !Self.unsigned.contains(header.name.lowercased()) {
            let words = header.value.split { $0.isWhitespace }
            values[header.name.lowercased(), default: []].append(words.joined(separator: " "))
        }
        let sorted = values.sorted { $0.key < $1.key }
        lines = sorted.map { "\($0.key):\($0.value.joined(separator: ","))\n" }.joined()
        names = sorted.map(\.key).joined(separator: ";")
    }
}
