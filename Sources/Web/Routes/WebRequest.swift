internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Plan

/// Where a request came in.
enum RequestOrigin: Sendable {
    /// The TCP listener: a browser, a forge, a script.
    case network
    /// The operator socket, which only operators can open.
    case operatorSocket
}

/// A request whose route is known, with what handlers need of it.
struct WebRequest: Sendable {
    let request: Request
    let origin: RequestOrigin
    /// The connection, for a stream that bounds its send buffer.
    let channel: any Channel
    let logger: Logger
    /// Who sent it, once the router knows.
    var caller = Caller.nobody
    /// The address that it came from; empty on the operator socket.
    var sender = ""
    /// Whether whoever sent it may still have the answer, which a stream asks again and again; nil: nothing can change that.
    var mayGoOn: (@Sendable () async -> Bool)?
    /// The values of the route's `{name}` parts, decoded.
    var parameters: [String: String] = [:]
    /// Filled by the router for a state-changing request, bounded by the settings.
    var body: [UInt8] = []
    /// The token that this client's forms must carry.
    var formToken = ""

    var method: HTTPRequest.Method { request.method }
    var headers: HTTPFields { request.headers }
    var path: String { request.uri.path }
    /// Where a route was asked for by nobody, its handler asks nothing of an actor.
    var actor: Actor { caller.actor ?? .unknown(role: .viewer) }
    /// The fields of a form that was sent.
    var form: FormFields { FormFields(encoded: String(decoding: body, as: UTF8.self)) }
    var query: FormFields { FormFields(encoded: request.uri.query ?? "") }

    /// Whether a page asked by itself, and nobody did anything: see `Accounts.actor`. It can only shorten one's own session.
    var isUnattended: Bool { HTTPField.Name("Slipway-Unattended").map { headers[$0] != nil } ?? false }

    /// Whether the client is a person's browser and not a program: decides between a page and a problem document.
    var prefersPage: Bool {
        !path.hasPrefix("/api/") && !path.hasPrefix("/hooks/") && (headers[.accept] ?? "").contains("text/html")
    }

    /// A parameter that must be an id. Anything else does not exist.
    func id(_ name: String = "id") throws(WebProblem) -> Int64 {
        guard let text = parameters[name], let id = Int64(text), id > 0 else {
            throw WebProblem(.notFound, "There is no such \(name == "id" ? "id" : name): \(parameters[name] ?? "").")
        }
        return id
    }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }
}
