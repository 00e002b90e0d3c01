internal import Hummingbird
internal import Store

/// `/api/v1/outward`: who is told of runs, what was told, and telling it again.
struct OutwardEndpoints: Sendable {
    static let limit = 100

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        let targets = try await site.operations.outward(repository: nil)
        return try JSONBody.response(OutwardListRepresentation(targets: targets.map(OutwardRepresentation.init)))
    }

    func deliveries(_ request: WebRequest) async throws -> Response {
        let target = try await site.webhook(request.parameter("webhook"))
        let found = try await site.store.outboxMessages(for: target.target, limit: Self.limit)
        return try JSONBody.response(DeliveryListRepresentation(deliveries: found.map(DeliveryRepresentation.init)))
    }

    func redeliver(_ request: WebRequest) async throws -> Response {
        let message = try await site.operations.redeliver(message: try request.id(), actor: request.actor)
        return try JSONBody.response(DeliveryRepresentation(message), status: .accepted)
    }
}

extension WebSite {
    func webhook(_ name: String) async throws -> OutwardDescription {
        guard let found = try await operations.outward(repository: nil).first(where: { $0.kind == .webhook && $0.name == name })
        else { throw WebProblem(.notFound, "There is no webhook \"\(name)\" in the settings.") }
        return found
    }
}

/// Somebody who is told.
public struct OutwardRepresentation: Codable, Sendable, Equatable {
    /// `forge`, `webhook` or `notification`.
    public var kind: String
    public var name: String
    public var target: String
    /// Null where all is well.
    @Nullable public var problem: String?
    public var unauthorized: Bool
    @Nullable public var failingSince: String?

    init(_ description: OutwardDescription) {
        kind = description.kind.rawValue
        name = description.name
        target = description.target
        problem = description.problem
        unauthorized = description.isUnauthorized
        failingSince = description.failingSince
    }
}

/// `{"targets":[…]}`
public struct OutwardListRepresentation: Codable, Sendable, Equatable {
    public var targets: [OutwardRepresentation]
}

/// One message to somebody outside.
public struct DeliveryRepresentation: Codable, Sendable, Equatable {
    public var id: String
    /// As the receiver sees it; the same where it is delivered again.
    public var delivery: String
    public var target: String
    public var event: String
    public var runId: String
    public var repository: String
    /// `pending`, `delivered` or `failed`.
    public var state: String
    public var tries: Int
    /// What came of the last try.
    @Nullable public var answer: String?
    public var createdAt: String
    /// When it is tried next; null where it has ended.
    @Nullable public var nextTryAt: String?
    @Nullable public var finishedAt: String?

    init(_ message: OutboxMessage) {
        id = String(message.id)
        delivery = message.delivery
        target = message.target
        event = message.event
        runId = String(message.runID)
        repository = message.repository
        state = message.state.rawValue
        tries = message.tries
        answer = message.answer
        createdAt = TimeText.rfc3339(message.createdAt)
        nextTryAt = message.state == .pending ? TimeText.rfc3339(message.dueAt) : nil
        finishedAt = message.finishedAt.map(TimeText.rfc3339)
    }
}

/// `{"deliveries":[…]}`, the newest first.
public struct DeliveryListRepresentation: Codable, Sendable, Equatable {
    public var deliveries: [DeliveryRepresentation]
}
