internal import HTTPTypes
internal import Hummingbird
internal import Mustache
internal import NIOCore

/// What a template is given.
typealias PageValues = [String: any Sendable]

/// Fills the embedded templates. `{{…}}` escapes; what a template takes with `{{{…}}}` was made by `HTMLText`, the
/// renderer of logs or another template.
struct PageRenderer: Sendable {
    /// Stands in rendered pages, which are shared, for the token of the one who gets the page. Nobody can guess it, and have
    /// tokens put into an address that others are led to.
    static let tokenPlaceholder = "@@form-token-\(FormToken.fresh())@@"

    private let library: MustacheLibrary
    private let assetsVersion: String

    /// - Throws: `WebError.template` where one does not parse.
    init(assets: EmbeddedAssets) throws(WebError) {
        var library = MustacheLibrary()
        for name in assets.names(in: "templates") {
            do {
                let short = name.dropFirst("templates/".count).prefix { $0 != "." }
                try library.register(assets.text(name) ?? "", named: String(short))
            } catch {
                throw WebError.template(name: name, reason: "\(error)")
            }
        }
        self.library = library
        assetsVersion = assets.version
    }

    func html(_ template: String, _ values: PageValues) -> String {
        library.render(values, withTemplate: template) ?? ""
    }

    /// - Parameter event: `fragment` for what replaces the element of the same id.
    func fragment(
        _ template: String, id: String, event: String = "fragment", _ values: PageValues
    ) -> RenderedView.Fragment {
        var values = values
        values["formToken"] = Self.tokenPlaceholder
        let html = html(template, values)
        return RenderedView.Fragment(id: id, html: html, eventName: event)
    }

    /// A view with the page around it.
    /// - Parameter frame: nil for what only goes to pages that are open already.
    func view(
        title: String, mood: String, frame: PageFrame?, fragments: [RenderedView.Fragment]
    ) -> RenderedView {
        guard let frame else { return RenderedView(title: title, mood: mood, fragments: fragments, page: []) }
        let values: PageValues = [
            "title": title, "mood": mood, "assets": "/assets/\(assetsVersion)",
            "body": fragments.map(\.html).joined(), "events": frame.events.map { "/events?\($0)" } ?? "",
            "isLive": frame.events != nil, "formToken": Self.tokenPlaceholder,
            "inDashboard": frame.section == .dashboard, "inHost": frame.section == .host, "search": frame.search,
            "inRepositories": frame.section == .repositories, "inRuns": frame.section == .runs,
            "inAudit": frame.section == .audit, "inEnvironments": frame.section == .environments, "scripts": frame.scripts,
        ]
        return RenderedView(
            title: title, mood: mood, fragments: fragments, page: Self.split(html("layout", values)))
    }

    /// The page for one client: what all clients share, with the client's own token in its places.
    func response(_ view: RenderedView, request: WebRequest, status: HTTPResponse.Status = .ok) -> Response {
        let size = view.page.reduce(0) { $0 + $1.readableBytes + request.formToken.utf8.count }
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        for (index, part) in view.page.enumerated() {
            if index > 0 { buffer.writeString(request.formToken) }
            buffer.writeImmutableBuffer(part)
        }
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "private, no-cache"],
            body: ResponseBody(byteBuffer: buffer))
    }

    /// The page's text between the places of the token.
    private static func split(_ html: String) -> [ByteBuffer] {
        let placeholder = Array(tokenPlaceholder.utf8)
        var rest = ByteBuffer(string: html)
        var parts: [ByteBuffer] = []
        while let offset = rest.withUnsafeReadableBytes({ LineEnds.offset(of: placeholder, in: $0) }) {
            if let part = rest.readSlice(length: offset) { parts.append(part) }
            rest.moveReaderIndex(forwardBy: placeholder.count)
        }
        return parts + [rest]
    }
}

/// What is around a page's content.
struct PageFrame: Sendable {
    /// The places at the top.
    enum Section: Sendable {
        case dashboard, repositories, runs, environments, audit, host, search
    }

    /// Which place is marked.
    var section: Section?
    /// The query of the page's event stream; nil where nothing on it changes.
    var events: String?
    /// What stands in the search box at the top.
    var search = ""
    /// Beside the one that every page has.
    var scripts: [String] = []
}
