internal import HTTPTypes
internal import Hummingbird

/// Who may use a route, and what is checked before its handler runs.
enum RouteAccess: String, Sendable, CaseIterable {
    /// Reads; everyone who reaches the listener under an allowed host name.
    case read
    /// Changes something; on the network only from the page itself (see `CrossSiteCheck`).
    case change
    /// Only on the operator socket.
    case `operator`
    /// A forge: under any host name, proven by its signature.
    case hook
    /// Probes and assets: under any host name, nothing in them is worth an attack.
    case open
}

/// One line of the route table.
struct Route: Sendable {
    typealias Handler = @Sendable (WebSite, WebRequest) async throws -> Response

    /// The name in the OpenAPI document; for pages it only names the route in logs.
    let name: String
    let method: HTTPRequest.Method
    let pattern: RoutePattern
    let access: RouteAccess
    let handler: Handler

    init(
        _ method: HTTPRequest.Method, _ pattern: String, _ access: RouteAccess, _ name: String,
        _ handler: @escaping Handler
    ) {
        self.name = name
        self.method = method
        self.pattern = RoutePattern(pattern)
        self.access = access
        self.handler = handler
    }

    /// Whether it is part of the programming interface, and therefore in the OpenAPI document.
    var isDocumented: Bool {
        let path = pattern.description
        return path.hasPrefix("/api/") || path.hasPrefix("/hooks/") || path == "/health" || path == "/metrics"
    }
}
