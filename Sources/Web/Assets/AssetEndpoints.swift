internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The page's files and its icon.
struct AssetEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func openAPI(_ request: WebRequest) throws -> Response {
        guard let file = site.assets.file("openapi.json") else { throw WebProblem(.notFound, "There is no OpenAPI document.") }
        return Response(
            status: .ok, headers: [.contentType: file.contentType], body: ResponseBody(byteBuffer: file.bytes))
    }

    /// Below an address that names the files' version: never asked again while it is the same.
    func asset(_ request: WebRequest) throws -> Response {
        let name = request.parameter("file")
        guard name.hasPrefix("scripts/") || name.hasPrefix("styles/"), let file = site.assets.file(name) else {
            throw WebProblem(.notFound, "There is no file \(name).")
        }
        let tag = "\"\(site.assets.version)\""
        let isCurrent = request.parameter("version") == site.assets.version
        let headers: HTTPFields = [
            .contentType: file.contentType, .eTag: tag,
            .cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
    }

    /// The icon of a status: its shape and its colour are those of the page.
    func favicon(_ request: WebRequest) throws -> Response {
        let name = request.parameter("status").split(separator: ".").first.map(String.init) ?? ""
        let svg = Favicon.svg(mood: name)
        return Response(
            status: .ok, headers: [.contentType: "image/svg+xml", .cacheControl: "public, max-age=86400"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: svg)))
    }
}
