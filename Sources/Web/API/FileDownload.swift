internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import PercentCoding

/// A file as an answer, read while it is sent.
struct FileDownload: Sendable {
    /// What is read at a time. A slow reader holds two of these.
    private static let portion = 262_144

    let path: String
    let contentType: String
    /// The name under which a browser keeps it; nil: it is shown.
    var name: String?

    /// - Parameter header: the `Range` of the request; nil where the whole is wanted whatever it says.
    /// - Throws: 404 where there is no such file any more, 416 for a range that begins behind its end.
    func response(range header: String? = nil) async throws -> Response {
        let path = path
        let key = path.hashValue
        guard let file = try await FileQueue.shared.run(key: key, { try LogBytes(path: path) }) else {
            throw WebProblem(.notFound, "The file is gone.")
        }
        let size = try await FileQueue.shared.run(key: key) { try file.size() }
        var headers: HTTPFields = [.contentType: contentType, .cacheControl: "no-store", .acceptRanges: "bytes"]
        if let name { headers[.contentDisposition] = Self.attachment(name) }
        var (start, end, status) = (Int64(0), size, HTTPResponse.Status.ok)
        switch ByteRange(header: header, size: size) {
        case .whole: break
        case .part(let from, let to):
            (start, end, status) = (from, to, .partialContent)
            headers[.contentRange] = "bytes \(from)-\(to - 1)/\(size)"
        case .unsatisfiable:
            var problem = WebProblem(.rangeNotSatisfiable, "The file has \(size) bytes.")
            problem.headers[.contentRange] = "bytes */\(size)"
            throw problem
        }
        let (first, last) = (start, end)
        let body = ResponseBody(contentLength: Int(last - first)) { writer in
            var offset = first
            while offset < last {
                let (from, count) = (offset, Int(min(Int64(Self.portion), last - offset)))
                let part = try await FileQueue.shared.run(key: key) { try file.read(from: from, count: count) }
                guard part.readableBytes > 0 else { break }
                offset += Int64(part.readableBytes)
                try await writer.write(part)
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: headers, body: body)
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
