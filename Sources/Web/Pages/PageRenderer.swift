internal import HTTPTypes
internal import Hummingbird
internal import Mustache
internal import NIOCore
internal import Plan

/// What a template is given.
typealias PageValues = [String: any Sendable]

/// Fills the embedded templates. `{{…}}` escapes; what a template takes with `{{{…}}}` was made by `HTMLText`, the
/// renderer of logs or another template.
struct PageRenderer: Sendable {
    /// Stands in rendered pages, which are shared, for the token of the one who gets the page. Nobody can guess it, and have
    /// tokens put into an address that others are led to.
    static let tokenPlaceholder = PageBlank.formToken.placeholder

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
            "rights": PageBlank.rights.placeholder, "caller": PageBlank.caller.placeholder,
            "users": PageBlank.users.placeholder,
            "inRepositories": frame.section == .repositories, "inRuns": frame.section == .runs,
            "inAudit": frame.section == .audit, "inEnvironments": frame.section == .environments, "scripts": frame.scripts,
        ]
        return RenderedView(
            title: title, mood: mood, fragments: fragments, page: PagePart.parts(of: html("layout", values)))
    }

    /// The page for one client: what all clients share, with what is the client's own in its places.
    func response(_ view: RenderedView, request: WebRequest, status: HTTPResponse.Status = .ok) -> Response {
        let (rights, caller) = (Self.rights(of: request), caller(request))
        let size = view.page.reduce(caller.utf8.count) { $0 + $1.text.readableBytes + 32 }
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        for part in view.page {
            buffer.writeImmutableBuffer(part.text)
            switch part.blank {
            case .formToken: buffer.writeString(request.formToken)
            case .rights: buffer.writeString(rights)
            case .caller: buffer.writeString(caller)
            case .users: buffer.writeString(Self.isAdmin(request) ? #"<a href="/users">Users</a>"# : "")
            case .answers(let asked): buffer.writeString(PageBlank.word(for: request.actor, asked))
            case nil: break
            }
        }
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "private, no-cache"],
            body: ResponseBody(byteBuffer: buffer))
    }

    /// By which the style sheets leave out controls that would be refused.
    private static func rights(of request: WebRequest) -> String {
        switch request.caller.actor?.role {
        case .operator, .admin: "operate"
        case .viewer, nil: "view"
        }
    }

    private static func isAdmin(_ request: WebRequest) -> Bool {
        request.caller.isSignedIn && request.caller.actor?.role == .admin
    }

    /// Who the page is for, and the way in or out.
    private func caller(_ request: WebRequest) -> String {
        guard request.origin == .network else { return "" }
        let caller = request.caller
        return html(
            "caller",
            [
                "isSignedIn": caller.isSignedIn, "name": caller.actor?.account ?? "", "role": caller.actor?.role.rawValue ?? "",
                "isAdmin": Self.isAdmin(request),
                "mayEnter": !caller.isSignedIn && caller.scopes == nil && request.path != "/sign-in",
                "formToken": request.formToken,
            ])
    }
}

/// A stretch of a page, and what is the client's own after it.
struct PagePart: Sendable {
    let text: ByteBuffer
    let blank: PageBlank?

    static func parts(of html: String) -> [PagePart] {
        var rest = ByteBuffer(string: html)
        var parts: [PagePart] = []
        while let (offset, length, blank) = PageBlank.next(in: rest) {
            if let text = rest.readSlice(length: offset) { parts.append(PagePart(text: text, blank: blank)) }
            rest.moveReaderIndex(forwardBy: length)
        }
        return parts + [PagePart(text: rest, blank: nil)]
    }

    /// A part of a page as it is sent to one client by itself: with what it says of answers, and nothing in the other places.
    static func joined(_ parts: [PagePart], for actor: Actor) -> String {
        parts.map { part in
            guard case .answers(let asked) = part.blank else { return String(buffer: part.text) }
            return String(buffer: part.text) + PageBlank.word(for: actor, asked)
        }.joined()
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
