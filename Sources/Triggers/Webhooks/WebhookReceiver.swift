internal import Expressions
public import FoundationEssentials
internal import Git
internal import PercentCoding
public import Store

/// Takes deliveries in: whose they are, whether their sender knows the secret, and into the store with them.
public struct WebhookReceiver: Sendable {
    /// What came of a delivery.
    public enum Receipt: Equatable, Sendable {
        /// On disk. `repository` is to deal with it.
        case stored(id: Int64, deliveryID: String, repository: String)
        /// It was here before; the outcome is nil while it is waiting to be dealt with.
        case duplicate(deliveryID: String, outcome: String?)
        case pong
    }

    private let store: Store
    private let repositories: @Sendable () -> [WatchedRepository]
    private let now: @Sendable () -> Date

    public init(
        store: Store, repositories: @escaping @Sendable () -> [WatchedRepository], now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.repositories = repositories
        self.now = now
    }

    /// - Parameters:
    ///   - forge: `github`, `gitlab` or `gitea`.
    ///   - repositoryName: where the address named it.
    ///   - headers: names in lower case.
    /// - Throws: `unauthenticated` for a wrong or missing signature, also where no repository is found: a stranger is not
    ///   told which ones there are. `invalid` for a body that is no JSON.
    public func receive(
        forge: String, repositoryName: String?, headers: [String: String], body: [UInt8]
    ) async throws(TriggerError) -> Receipt {
        guard let forge = WebhookForge(rawValue: forge) else {
            throw TriggerError(.notFound, "there is no forge \"\(forge)\": use github, gitlab or gitea")
        }
        let payloadBytes = Self.payload(in: body, headers: headers)
        let payload = try? ExpressionValue(json: String(decoding: payloadBytes, as: UTF8.self))
        guard let repository = repository(named: repositoryName, forge: forge, payload: payload),
            let secret = repository.webhookSecret, !secret.isEmpty
        else { throw Self.refusal }
        guard forge.authenticates(headers: headers, body: body, secret: secret) else { throw Self.refusal }
        guard payload != nil else { throw TriggerError(.invalid, "the delivery's body is no JSON") }
        let event = headers[forge.eventHeader] ?? ""
        let deliveryID = forge.deliveryID(headers: headers, body: body)
        if event == "ping" { return .pong }
        let delivery = WebhookDelivery(
            forge: forge.rawValue, deliveryID: deliveryID, eventName: event, repository: repository.name, body: payloadBytes,
            receivedAt: now())
        do {
            switch try await store.receive(delivery) {
            case .stored(let id): return .stored(id: id, deliveryID: deliveryID, repository: repository.name)
            case .duplicate:
                let outcome = try await store.deliveryOutcome(
                    of: deliveryID, forge: forge.rawValue, repository: repository.name)
                return .duplicate(deliveryID: deliveryID, outcome: outcome)
            }
        } catch {
            throw TriggerError(.unavailable, "the delivery could not be stored: \(error)")
        }
    }

    private static let refusal = TriggerError(
        .unauthenticated,
        """
        the delivery's signature does not fit: check that the repository is in the settings, has a webhook_secret, and that the \
        forge uses the same one
        """)

    private func repository(
        named name: String?, forge: WebhookForge, payload: ExpressionValue?
    ) -> WatchedRepository? {
        let repositories = repositories()
        if let name { return repositories.first { $0.name == name } }
        guard let payload else { return nil }
        let addresses = forge.cloneURLs(in: payload).compactMap { try? RemoteAddress(parsing: $0) }
        return repositories.first { repository in addresses.contains { $0.isSameRepository(as: repository.address) } }
    }

    /// GitHub may send its JSON as a form's field `payload`.
    private static func payload(in body: [UInt8], headers: [String: String]) -> [UInt8] {
        guard headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") ?? false else { return body }
        for field in body.split(separator: UInt8(ascii: "&")) where field.starts(with: Array("payload=".utf8)) {
            return PercentEncoding.decoded(field.dropFirst("payload=".utf8.count), plusIsSpace: true)
        }
        return body
    }
}
