public import FoundationEssentials
internal import HTTPTransport
internal import PercentCoding
internal import XML

extension AWSService {
    public static let s3 = AWSService(name: "Amazon S3", identifier: "s3", endpointPrefix: "s3", format: .rest)
}

/// A bucket of S3. Calls block, as ``AWSClient``'s; each may be made by several threads at once.
public struct S3Bucket: Sendable {
    /// Where a bucket's name stands in its URL.
    public enum Addressing: Sendable, Equatable {
        /// In the host's name, unless the endpoint is one's own or the name has dots.
        case automatic
        case host
        case path
    }

    public let name: String
    let client: AWSClient
    private let addressing: Addressing

    public init(_ name: String, _ configuration: AWSConfiguration, addressing: Addressing = .automatic) {
        self.name = name
        self.addressing = addressing
        client = AWSClient(.s3, configuration)
    }

    // MARK: - Requests

    /// - Parameter key: nil for the bucket itself.
    func call(_ operation: String, _ method: String, _ key: String? = nil) throws(AWSError) -> AWSCall {
        let isPlain = !name.isEmpty && name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") }
        guard isPlain else { throw AWSError(.invalidRequest, service: AWSService.s3.name, "\"\(name)\" is no bucket's name") }
        var call = AWSCall(operation)
        call.method = method
        let path = "/" + (key.map { PercentEncoding.encoded($0, keepingSlash: true) } ?? "")
        let region = try client.region()
        let base = client.configuration.endpoints.url(of: .s3, region: region)
        if standsInHost, let scheme = base.firstRange(of: "://") {
            call.endpoint = base[..<scheme.upperBound] + name + "." + base[scheme.upperBound...]
            call.path = path
        } else {
            call.path = "/" + PercentEncoding.encoded(name) + (key == nil ? "" : path)
        }
        // A part may be large, and a line slow.
        call.deadlines = TransportDeadlines(connect: .seconds(10), total: .seconds(1800), idle: .seconds(60))
        return call
    }

    private var standsInHost: Bool {
        switch addressing {
        case .host: true
        case .path: false
        case .automatic:
            client.configuration.endpoints.override(for: .s3) == nil && !name.contains(".")
                && name.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                }
        }
    }

    func answer(to call: AWSCall, _ patience: AWSPatience) throws(AWSError) -> AWSAnswer {
        do throws(AWSError) { return try client.answer(to: call, patience) } catch { throw explained(error) }
    }

    /// With the bucket's name, and what S3's own codes mean.
    func explained(_ error: AWSError) -> AWSError {
        var error = error
        switch error.code {
        case "NoSuchBucket": error.remedy = "make the bucket \"\(name)\", or correct its name"
        case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
            error.remedy = "the bucket \"\(name)\" is in another region: set that"
        case "AccessDenied", "Forbidden": error.message += " (bucket \"\(name)\")"
        default: break
        }
        return error
    }

    // MARK: - Objects

    /// What is known of an object without its content.
    public struct Description: Sendable, Equatable {
        public var size: Int64
        /// Without its quotation marks; the MD5 of an object that was not sent in parts.
        public var etag: String
        public var modified: Date?
        public var contentType: String?
    }

    /// An object's content, piece by piece. A connection that breaks is taken up where it broke, if the object is still the same.
    ///
    /// - Parameter receive: what it throws ends the download.
    public func download(
        _ key: String, _ patience: AWSPatience = .endless, receive: ([UInt8]) throws(AWSError) -> Void
    ) throws(AWSError) -> Description {
        var description: Description?
        var offset: Int64 = 0
        var breaks = 0
        var call = try call("GetObject", "GET", key)
        let plain = call.headers
        do throws(AWSError) {
            while true {
                do throws(AWSError) {
                    let begin = offset
                    return try client.attempt(call, patience) { exchange, head throws(AWSError) in
                        guard begin == 0 || head.status == 206 else {
                            throw AWSError(
                                .unexpectedAnswer, service: AWSService.s3.name, operation: call.operation,
                                "the rest of \(key) was asked for, and all of it came")
                        }
                        let found = description ?? Self.description(of: head)
                        description = found
                        while let bytes = try interrupted(exchange, call, patience) {
                            offset += Int64(bytes.count)
                            try receive(bytes)
                        }
                        return found
                    }
                } catch {
                    // What came before a break is with the caller already: only the rest is asked for.
                    breaks += 1
                    guard error.code == Self.brokenOff, let description, !description.etag.isEmpty,
                        breaks < client.configuration.retries.attempts
                    else { throw error }
                    call.headers = plain + [("Range", "bytes=\(offset)-"), ("If-Match", "\"\(description.etag)\"")]
                }
            }
        } catch {
            throw explained(error)
        }
    }

    private static let brokenOff = "BrokenOff"

    /// The next bytes; a break is marked, so that it is not taken for one before the first byte.
    private func interrupted(
        _ exchange: TransportExchange, _ call: AWSCall, _ patience: AWSPatience
    ) throws(AWSError) -> [UInt8]? {
        do throws(AWSError) { return try client.next(exchange, call, patience) } catch {
            guard error.isTransient else { throw error }
            throw AWSError(
                .other, service: error.service, operation: error.operation, code: Self.brokenOff, error.message,
                remedy: error.remedy)
        }
    }

    static func description(of head: TransportHead) -> Description {
        Description(
            size: head.header("Content-Length").flatMap { Int64($0) } ?? 0,
            etag: unquoted(head.header("ETag") ?? ""), modified: head.header("Last-Modified").flatMap(AWSTime.http),
            contentType: head.header("Content-Type"))
    }

    static func unquoted(_ etag: String) -> String { String(etag.filter { $0 != "\"" }) }
}
