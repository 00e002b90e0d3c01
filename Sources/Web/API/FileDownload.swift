internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A file as an answer, read while it is sent.
struct FileDownload: Sendable {
    /// What is read at a time. A slow reader holds two of these.
    private static let portion = 262_144

    let path: String
    let contentType: String
    /// The name under which a browser keeps it; nil: it is shown.
    var name: String?

    /// - Throws: 404 where there is no such file any more.
    func response() async throws -> Response {
        let path = path
        let key = path.hashValue
        guard let file = try await FileQueue.shared.run(key: key, { try LogBytes(path: path) }) else {
            throw WebProblem(.notFound, "The file is gone.")
        }
        let size = try await FileQueue.shared.run(key: key) { try file.size() }
        var headers: HTTPFields = [.contentType: contentType, .cacheControl: "no-store"]
        if let name { headers[.contentDisposition] = Self.attachment(name) }
        let body = ResponseBody(contentLength: Int(size)) { writer in
            var offset: Int64 = 0
            while offset < size {
                let (from, count) = (offset, Int(min(Int64(Self.portion), size - offset)))
                let part = try await FileQueue.shared.run(key: key) { try file.read(from: from, count: count) }
                guard part.readableBytes > 0 else { break }
                offset += Int64(part.readableBytes)
                try await writer.write(part)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// A file name that any client reads alike: what is not plain is replaced, and told in full in the other form (RFC 6266).
    static func attachment(_ name: String) -> String {
        let plain = String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    scalar.isASCII && scalar.value >= 32 && scalar.value != 127 && !"\"\\/".unicodeScalars.contains(scalar)
                        ? scalar : "_"
                }))
        let plainForm = "attachment; filename=\"\(plain)\""
        return plain == name ? plainForm : "\(plainForm); filename*=UTF-8''\(PercentEncoding.encoded(name))"
    }
}
