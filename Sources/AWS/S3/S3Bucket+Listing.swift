public import FoundationEssentials
internal import PercentCoding
internal import Signing
internal import XML

extension S3Bucket {
    /// One object of a list.
    public struct Listed: Sendable, Equatable {
        public var key: String
        public var size: Int64
        public var etag: String
        public var modified: Date?
    }

    /// All objects whose keys begin with a prefix, in the order of their keys, page by page.
    public func list(
        prefix: String = "", _ patience: AWSPatience = .endless, receive: ([Listed]) throws(AWSError) -> Void
    ) throws(AWSError) {
        var token: String?
        repeat {
            var call = try call("ListObjectsV2", "GET")
            call.query = [("list-type", "2"), ("encoding-type", "url")]
            if !prefix.isEmpty { call.query.append(("prefix", prefix)) }
            if let token { call.query.append(("continuation-token", token)) }
            let root = try client.xml(try answer(to: call, patience).body, of: call.operation)
            let isEncoded = root.text(at: "EncodingType") == "url"
            try receive(root.children("Contents").map { Self.listed($0, isEncoded: isEncoded) })
            let next = root.text(at: "NextContinuationToken")
            guard root.text(at: "IsTruncated") != "true" || (next != nil && next != token) else {
                throw AWSError(
                    .unexpectedAnswer, service: AWSService.s3.name, operation: call.operation, "the list has no next page")
            }
            token = root.text(at: "IsTruncated") == "true" ? next : nil
        } while token != nil
    }

    /// The same as one list.
    public func objects(prefix: String = "", _ patience: AWSPatience = .endless) throws(AWSError) -> [Listed] {
        var all: [Listed] = []
        try list(prefix: prefix, patience) { page in all += page }
        return all
    }

    private static func listed(_ element: XMLElement, isEncoded: Bool) -> Listed {
        let key = element.text(at: "Key") ?? ""
        // In this encoding a space is a plus sign.
        let plain =
            isEncoded
            ? PercentEncoding.decoded(key, plusIsSpace: true) : key
        return Listed(
            key: plain, size: element.text(at: "Size").flatMap { Int64($0) } ?? 0,
            etag: unquoted(element.text(at: "ETag") ?? ""), modified: element.text(at: "LastModified").flatMap(AWSTime.iso8601))
    }

    /// Removes objects, a thousand at a time. One that is not there is no error.
    public func delete(_ keys: [String], _ patience: AWSPatience = .endless) throws(AWSError) {
        for start in stride(from: 0, to: keys.count, by: 1000) {
            try deleteSome(keys[start..<min(start + 1000, keys.count)], patience)
        }
    }

    private func deleteSome(_ keys: ArraySlice<String>, _ patience: AWSPatience) throws(AWSError) {
        var call = try call("DeleteObjects", "POST")
        call.query = [("delete", "")]
        let list = keys.map { "<Object><Key>\(Self.escaped($0))</Key></Object>" }.joined()
        call.body = Array("<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>\(list)</Delete>".utf8)
        // S3 wants this request's body to be checked, also where its digest is signed.
        call.headers = [
            ("Content-Type", "application/xml"),
            ("x-amz-checksum-sha256", Data(SHA256.digest(call.body)).base64EncodedString()),
        ]
        let answer = try answer(to: call, patience)
        guard !answer.body.isEmpty else { return }
        let root = try client.xml(answer.body, of: call.operation)
        guard let error = root.child("Error") else { return }
        throw explained(
            AWSError.answered(
                by: .s3, operation: call.operation, code: error.text(at: "Code"),
                message: "\(error.text(at: "Key") ?? ""): \(error.text(at: "Message") ?? "")", status: 200, requestID: nil,
                source: "the caller"))
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\r": escaped += "&#13;"
            case "\n": escaped += "&#10;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
