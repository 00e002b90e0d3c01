internal import Accounts
internal import Diagnostics
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A failed request, answered as `application/problem+json` (RFC 9457) or, to a browser, as a page.
struct WebProblem: Error, Sendable {
    var status: HTTPResponse.Status
    /// What failed, on what, why and what to do.
    var detail: String
    var diagnostics: [Diagnostic] = []
    var headers = HTTPFields()

    init(_ status: HTTPResponse.Status, _ detail: String, diagnostics: [Diagnostic] = []) {
        self.status = status
        self.detail = detail
        self.diagnostics = diagnostics
    }

    init(_ error: OperationError) {
        let status: HTTPResponse.Status =
            switch error.kind {
            case .notFound: .notFound
            case .conflict: .conflict
            case .invalid: .unprocessableContent
            case .forbidden: .forbidden
            case .unavailable: .serviceUnavailable
            case .unauthenticated: .unauthorized
            }
        self.init(status, error.message, diagnostics: error.diagnostics)
    }

    init(_ error: AccountsError) {
        let status: HTTPResponse.Status =
            switch error.kind {
            case .refused: .unauthorized
            case .tooMany: .tooManyRequests
            case .invalid: .unprocessableContent
            case .notFound: .notFound
            case .conflict: .conflict
            case .forbidden: .forbidden
            case .unavailable: .serviceUnavailable
            }
        self.init(status, error.message)
        if case .tooMany(let seconds) = error.kind { headers[.retryAfter] = String(seconds) }
        if case .refused = error.kind { headers[.wwwAuthenticate] = #"Bearer error="invalid_token""# }
    }

    init(_ error: WebError) {
        self.init(.internalServerError, error.description)
    }

    var title: String { status.reasonPhrase }

    /// - Throws: where the problem itself can't be written as JSON.
    func response() throws -> Response {
        let body = ProblemRepresentation(
            type: "about:blank", title: title, status: Int(status.code), detail: detail,
            diagnostics: diagnostics.isEmpty ? nil : diagnostics.map(DiagnosticRepresentation.init))
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: try JSONBody.buffer(body)))
    }
}
