internal import HTTPTypes
internal import HummingbirdCore

/// Keeps other sites from making a browser change something here (CSRF).
///
/// A browser says where a request comes from: `Sec-Fetch-Site`, or `Origin` where that is missing. Whatever it says must
/// be this very site. A form needs its token besides. A JSON body can't be sent across sites without a preflight, which
/// is never answered, so a program with `Content-Type: application/json`, or without a body, needs no token.
enum CrossSiteCheck {
    static func check(_ request: WebRequest, token: FormToken) throws(WebProblem) {
        let isProgram = request.path.hasPrefix("/api/")
        // Whoever sends it: a body that says it is something else is not read as JSON.
        if isProgram, !request.body.isEmpty { try checkIsJSON(request) }
        // What comes with a token was not sent by a browser on its own: no site can have it send one.
        guard request.origin == .network, request.caller.scopes == nil else { return }
        if let site = request.headers[.secFetchSite], site != "same-origin" {
            throw WebProblem(.forbidden, "This request came from another site (\(site)): it was not done.")
        }
        if let origin = request.headers[.origin], !isSameOrigin(origin, request: request) {
            throw WebProblem(.forbidden, "This request came from \(origin): it was not done.")
        }
        if isProgram {
            if request.headers[.contentType] != nil { try checkIsJSON(request) }
        } else if !token.matches(request.form[FormToken.fieldName]) {
            throw WebProblem(.forbidden, "The form is out of date: go back, reload the page and send it again.")
        }
    }

    private static func checkIsJSON(_ request: WebRequest) throws(WebProblem) {
        let kind = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        guard kind == "application/json" else {
            let found = kind.isEmpty ? "none" : "\(kind.prefix(100))"
            throw WebProblem(
                .unsupportedMediaType,
                "Send the request's body as JSON, with Content-Type: application/json; it came with \(found).")
        }
    }

    private static func isSameOrigin(_ origin: String, request: WebRequest) -> Bool {
        guard let authority = request.request.head.authority, let slashes = origin.firstRange(of: "://") else { return false }
        return origin[slashes.upperBound...].lowercased() == authority.lowercased()
    }
}
