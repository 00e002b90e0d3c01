internal import HTTPTransport
internal import XML

extension S3Bucket {
    /// What goes with an object's content.
    public struct Attributes: Sendable, Equatable {
        public var contentType: String?
        public var cacheControl: String?
        /// A canned one: `public-read`.
        public var acl: String?
        /// `AES256`, `aws:kms`.
        public var encryption: String?
        public var encryptionKey: String?
        public var storageClass: String?

        public init() {}

        var headers: [(name: String, value: String)] {
            let all: [(String, String?)] = [
                ("Content-Type", contentType), ("Cache-Control", cacheControl), ("x-amz-acl", acl),
                ("x-amz-server-side-encryption", encryption), ("x-amz-server-side-encryption-aws-kms-key-id", encryptionKey),
                ("x-amz-storage-class", storageClass),
            ]
            return all.compactMap { name, value in value.map { (name, $0) } }
        }
    }

    /// Content that is read while it is sent.
    public protocol Source {
        /// In bytes.
        var size: Int64 { get }

        /// The bytes from an offset on; fewer only at the end.
        func read(at offset: Int64, count: Int) throws(AWSError) -> [UInt8]
    }

    /// The size of a part in bytes, and from which size on content goes in parts.
    public static let partSize = 8 << 20
    /// S3 takes no more.
    private static let mostParts = 10_000

    /// - Returns: the object's ETag.
    @discardableResult
    public func put(
        _ key: String, _ content: [UInt8], _ attributes: Attributes = Attributes(), _ patience: AWSPatience = .endless
    ) throws(AWSError) -> String {
        var call = try call("PutObject", "PUT", key)
        call.headers = attributes.headers + [ObjectDigest.header(of: content)]
        call.body = content
        return Self.unquoted(try answer(to: call, patience).head.header("ETag") ?? "")
    }

    /// Sends content of any size, in parts where it is large; one part is in memory at a time. Where it fails, nothing is left.
    ///
    /// - Returns: the object's ETag.
    @discardableResult
    public func upload(
        _ key: String, _ source: some Source, _ attributes: Attributes = Attributes(), _ patience: AWSPatience = .endless
    ) throws(AWSError) -> String {
        let size = source.size
        guard size > Int64(Self.partSize) else {
            return try put(key, try source.read(at: 0, count: Int(size)), attributes, patience)
        }
        let upload = try begin(key, attributes, patience)
        do throws(AWSError) {
            let partSize = max(Int64(Self.partSize), (size + Int64(Self.mostParts) - 1) / Int64(Self.mostParts))
            var parts: [String] = []
            var offset: Int64 = 0
            while offset < size {
                let bytes = try source.read(at: offset, count: Int(min(partSize, size - offset)))
                guard !bytes.isEmpty else { throw AWSError(.local, "what is sent as \(key) became shorter meanwhile") }
                parts.append(try send(bytes, part: parts.count + 1, of: upload, key, patience))
                offset += Int64(bytes.count)
            }
            return try complete(upload, key, parts, patience)
        } catch {
            // The parts would be paid for until somebody finds them. What the abort says matters less than the failure.
            _ = try? abort(upload, key)
            throw error
        }
    }

    private func begin(_ key: String, _ attributes: Attributes, _ patience: AWSPatience) throws(AWSError) -> String {
        var call = try call("CreateMultipartUpload", "POST", key)
        call.query = [("uploads", "")]
        call.headers = attributes.headers
        let answer = try answer(to: call, patience)
        guard let id = try client.xml(answer.body, of: call.operation).text(at: "UploadId"), !id.isEmpty else {
            throw AWSError(
                .unexpectedAnswer, service: AWSService.s3.name, operation: call.operation, "the answer lacks the upload's id")
        }
        return id
    }

    private func send(
        _ bytes: [UInt8], part: Int, of upload: String, _ key: String, _ patience: AWSPatience
    ) throws(AWSError) -> String {
        var call = try call("UploadPart", "PUT", key)
        call.query = [("partNumber", String(part)), ("uploadId", upload)]
        call.headers = [ObjectDigest.header(of: bytes)]
        call.body = bytes
        return try answer(to: call, patience).head.header("ETag") ?? ""
    }

    private func complete(
        _ upload: String, _ key: String, _ parts: [String], _ patience: AWSPatience
    ) throws(AWSError) -> String {
        var call = try call("CompleteMultipartUpload", "POST", key)
        call.query = [("uploadId", upload)]
        let list = parts.enumerated().map { "<Part><PartNumber>\($0.offset + 1)</PartNumber><ETag>\($0.element)</ETag></Part>" }
        call.body = Array(
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())</CompleteMultipartUpload>"
                .utf8)
        let root = try client.xml(try answer(to: call, patience).body, of: call.operation)
        // This one operation may fail behind a status of success.
        guard root.name != "Error" else {
            throw AWSError(
                .unavailable, service: AWSService.s3.name, operation: call.operation, code: root.text(at: "Code"),
                root.text(at: "Message") ?? "", requestID: root.text(at: "RequestId"))
        }
        return Self.unquoted(root.text(at: "ETag") ?? "")
    }

    private func abort(_ upload: String, _ key: String) throws(AWSError) {
        var call = try call("AbortMultipartUpload", "DELETE", key)
        call.query = [("uploadId", upload)]
        _ = try answer(to: call, AWSPatience().limited(to: .seconds(30)))
    }
}
