internal import HTTPTypes
internal import Hummingbird
internal import Mustache
internal import NIOCore

/// What a template is given.
typealias PageValues = [String: any Sendable]

/// Fills the embedded templates. `{{…}}` escapes; what a template takes with `{{{…}}}` was made by `HTMLText`, the
/// renderer of logs or another template.
struct PageRenderer: Sendable {
    /// Stands in rendered pages, which are shared, for the token of the one who gets the page.
    static let tokenPlaceholder = "@@form-token@@"

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

    /// A whole page for one client.
    /// - Parameters:
    ///   - section: which of the places at the top is marked: `repositories`, `runs`, `audit` or nothing.
    ///   - events: the query of the page's event stream; nil where nothing on it changes.
    func page(
        _ view: RenderedView, section: String, events: String?, request: WebRequest, status: HTTPResponse.Status = .ok,
        scripts: [String] = []
    ) -> Response {
        let values: PageValues = [
            "title": view.title, "mood": view.mood, "assets": "/assets/\(assetsVersion)", "body": view.body,
            "events": events.map { "/events?\($0)" } ?? "", "isLive": events != nil, "formToken": request.formToken,
            "inRepositories": section == "repositories", "inRuns": section == "runs", "inAudit": section == "audit",
            "scripts": scripts,
        ]
        let html = html("layout", values).replacing(Self.tokenPlaceholder, with: request.formToken)
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "private, no-cache"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}
