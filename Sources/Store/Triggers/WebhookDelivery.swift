public import FoundationEssentials

/// A webhook's request, its sender already authenticated.
public struct WebhookDelivery: Equatable, Sendable {
    /// `github`, `gitlab` or `gitea`.
    public var forge: String
    /// The forge's id of the delivery; the same for a redelivery. Never empty.
    public var deliveryID: String
    /// The event's name as the forge has it: `push`, `Merge Request Hook`.
    public var eventName: String
    /// The name of the repository in the settings.
    public var repository: String
    /// The headers that are needed later; the signature and tokens are not among them.
    public var headers: [String: String]
    public var body: [UInt8]
    public var receivedAt: Date

    public init(
        forge: String, deliveryID: String, eventName: String, repository: String, headers: [String: String] = [:],
        body: [UInt8], receivedAt: Date
    ) {
        self.forge = forge
        self.deliveryID = deliveryID
        self.eventName = eventName
        self.repository = repository
        self.headers = headers
        self.body = body
        self.receivedAt = receivedAt
    }
}

/// What became of a delivery that was handed to the store.
public enum DeliveryReceipt: Equatable, Sendable {
    /// It is on the disk, and will be among the pending ones until it is finished.
    case stored(id: Int64)
    /// The same delivery was received before.
    case duplicate
}

/// A delivery that waits to be dealt with.
public struct StoredDelivery: Equatable, Sendable, Identifiable {
    public var id: Int64
    public var delivery: WebhookDelivery

    public init(id: Int64, delivery: WebhookDelivery) {
        self.id = id
        self.delivery = delivery
    }
}

/// A delivery that waits to be dealt with, without what it says.
public struct PendingDelivery: Equatable, Sendable, Identifiable {
    public var id: Int64
    public var forge: String
    /// In the forge's words.
    public var eventName: String
    public var receivedAt: Date

    public init(id: Int64, forge: String, eventName: String, receivedAt: Date) {
        self.id = id
        self.forge = forge
        self.eventName = eventName
        self.receivedAt = receivedAt
    }
}
