public import FoundationEssentials

/// How a request is to be signed, as the files `context.json` of AWS' published signing examples say it.
public struct SigningContext: Sendable {
    public let signature: SignatureV4
    public let date: Date
    /// Seconds that a URL is good for.
    public let expiresAfter: Int?
    /// In place of the body's digest: `UNSIGNED-PAYLOAD`, for one.
    public let payload: String?

    private struct Document: Decodable {
        struct Credentials: Decodable {
            var accessKeyID: String
            var secretAccessKey: String
            var token: String?

            enum CodingKeys: String, CodingKey {
                case accessKeyID = "access_key_id"
                case secretAccessKey = "secret_access_key"
                case token
            }
        }

        var credentials: Credentials
        var region: String
        var service: String
        var timestamp: String
        var expiration: Int?
        var normalize: Bool?
        var encodesTwice: Bool?
        var signBody: Bool?
        var signedBodyValue: String?
        var omitsToken: Bool?

        enum CodingKeys: String, CodingKey {
            case credentials, region, service, timestamp, normalize
            case expiration = "expiration_in_seconds"
            case encodesTwice = "use_double_uri_encode"
            case signBody = "sign_body"
            case signedBodyValue = "signed_body_value"
            case omitsToken = "omit_session_token"
        }
    }

    /// - Throws: `AWSError` with `invalidRequest`, where it is no such document.
    public init(json: [UInt8]) throws(AWSError) {
        let document: Document
        do { document = try JSONDecoder().decode(Document.self, from: Data(json)) } catch {
            throw AWSError(
                .invalidRequest,
                "the context is not JSON with credentials (access_key_id, secret_access_key), region, service and timestamp")
        }
        guard let date = AWSTime.iso8601(document.timestamp) else {
            throw AWSError(.invalidRequest, "the timestamp \"\(document.timestamp)\" is not a moment like 2026-11-21T17:00:00Z")
        }
        let keys = document.credentials
        var rules = document.service == "s3" ? SignatureV4.Rules.s3 : .standard
        if let normalize = document.normalize, document.service != "s3" { rules.normalizesPath = normalize }
        if let encodesTwice = document.encodesTwice { rules.encodesPathTwice = encodesTwice }
        if let signBody = document.signBody { rules.sendsPayloadDigest = signBody }
        rules.signsToken = document.omitsToken != true
        signature = SignatureV4(
            credentials: AWSCredentials(
                accessKeyID: keys.accessKeyID, secretAccessKey: keys.secretAccessKey,
                sessionToken: keys.token.flatMap { $0.isEmpty ? nil : $0 }),
            region: document.region, service: document.service, rules: rules)
        self.date = date
        expiresAfter = document.expiration.flatMap { $0 > 0 ? $0 : nil }
        payload = document.signedBodyValue.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension SignableRequest {
    /// A request as a text: its first line, headers, an empty line, the body. Lines end with or without a carriage return; a
    /// header may go on in lines that begin with a space.
    ///
    /// - Throws: `AWSError` with `invalidRequest`, where it is no request.
    public init(text: [UInt8]) throws(AWSError) {
        var rest = text[...]
        func line() -> String? {
            guard !rest.isEmpty else { return nil }
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            var bytes = rest[..<end]
            rest = rest[end...].dropFirst()
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            return String(decoding: bytes, as: UTF8.self)
        }
        // The target itself may hold spaces.
        guard let first = line(), let space = first.firstIndex(of: " "), let version = first.lastIndex(of: " "),
            space < version, first[version...].hasPrefix(" HTTP/")
        else { throw AWSError(.invalidRequest, "the request does not begin with a line like \"GET /path HTTP/1.1\"") }
        let target = first[first.index(after: space)..<version]
        let mark = target.firstIndex(of: "?")
        self.init(
            String(first[..<space]), String(target[..<(mark ?? target.endIndex)]),
            query: mark.map { String(target[target.index(after: $0)...]) } ?? "", headers: [])
        while let line = line(), !line.isEmpty {
            if line.first?.isWhitespace == true, !headers.isEmpty {
                headers[headers.count - 1].value += "\n" + line
                continue
            }
            guard let colon = line.firstIndex(of: ":") else {
                throw AWSError(.invalidRequest, "the request's line \"\(line)\" is not a header")
            }
            headers.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
        }
        payload = .bytes(Array(rest))
    }
}
