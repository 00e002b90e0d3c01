internal import Archives
internal import PercentCoding
internal import Synchronization

/// The stored files that a job was given addresses of. Each is held open, so that one that is removed meanwhile is read to its end.
final class DownloadTable: Sendable {
    struct Download: Sendable {
        var file: OpenFile
        var size: Int64
        var digest: String
        var contentType: String
        /// How a browser would call it.
        var fileName: String
    }

    private let downloads = Mutex<[String: Download]>([:])

    func add(_ download: Download, named name: String) { downloads.withLock { $0[name] = download } }

    /// - Throws: `ServiceRefusal` where the address was not given, or the range begins behind the file.
    func response(for name: String, range: ByteRange?) throws(ServiceRefusal) -> ServiceResponse {
        guard let download = downloads.withLock({ $0[name] }) else { throw .notFound("there is no file \(name)") }
        let size = download.size
        var response = ServiceResponse(status: 200)
        response.headers =
            [
                ("Content-Type", download.contentType), ("Accept-Ranges", "bytes"), ("ETag", "\"\(download.digest)\""),
                ("x-ms-blob-type", "BlockBlob"), ("Content-Disposition", Self.disposition(download.fileName)),
            ] + BlobEndpoints.headers
        guard let range else {
            response.body = .file(download.file, offset: 0, count: size)
            return response
        }
        guard range.start < size else {
            throw ServiceRefusal(
                status: 416, code: "InvalidRange", message: "the range begins at \(range.start), the file has \(size) bytes")
        }
        let end = min(range.end ?? size - 1, size - 1)
        response.status = 206
        response.headers.append(("Content-Range", "bytes \(range.start)-\(end)/\(size)"))
        response.body = .file(download.file, offset: range.start, count: end - range.start + 1)
        return response
    }

    /// RFC 6266: percent-encoded, since a name may hold anything.
    private static func disposition(_ name: String) -> String {
        "attachment; filename*=UTF-8''\(PercentEncoding.encoded(name))"
    }
}
