internal import Accounts
internal import HTTPTypes
internal import Hummingbird
internal import Plan

/// Who may use a route, and what is checked before its handler runs. There is no route without it.
enum RouteAccess: String, Sendable, CaseIterable {
    /// Reads: viewers, and tokens of any scope.
    case read
    /// Changes runs and what they stored: operators, and their tokens with the scope `run`.
    case change
    /// Answers a request for an approval, or does without one (an override, a rollback): operators, and their tokens with the
    /// scope `approve`.
    case approve
    /// Reads or changes what is the user's own: whoever signed in. Never by a token: one that leaked would make others.
    case own
    /// Users, secrets and settings: admins, and their tokens with the scope `admin`.
    case admin
    /// The way in and out: everybody who reaches the listener under an allowed host name.
    case entry
    /// A forge: under any host name, proven by its signature.
    case hook
    /// Probes and assets: under any host name, nothing in them is worth an attack.
    case open

    /// The least role; nil: nobody is asked who they are.
    var role: Role? {
        switch self {
        case .read, .own: .viewer
        case .change, .approve: .operator
        case .admin: .admin
        case .entry, .hook, .open: nil
        }
    }

    /// What a token must be for; nil: no token will do.
    var scope: TokenScope? {
        switch self {
        case .read: .read
        case .change: .run
        case .approve: .approve
        case .admin: .admin
        case .own, .entry, .hook, .open: nil
        }
    }
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
