/// A webhook as it came in: nothing of it is checked yet.
public struct IncomingWebhook: Sendable, Equatable {
    /// `github`, `gitlab` or `gitea`.
    public var forge: String
    /// The repository of the settings, where the address names it; nil: the payload's clone URL decides.
    public var repositoryName: String?
    /// Names in lower case; of a repeated header the last value.
    public var headers: [String: String]
    /// The raw bytes, over which the signature was made.
    public var body: [UInt8]
    /// The address that it came from, which is a proxy's where there is one; empty where there is none.
    public var sender: String

    public init(
        forge: String, repositoryName: String? = nil, headers: [String: String], body: [UInt8], sender: String = ""
    ) {
        self.forge = forge
        self.repositoryName = repositoryName
        self.headers = headers
        self.body = body
        self.sender = sender
    }
}

/// The answer to a webhook.
public struct WebhookReply: Sendable, Equatable {
    /// The HTTP status: 202 for a stored delivery, 200 for a ping or a delivery that was seen before.
    public var status: Int
    public var message: String
    public var deliveryID: String?

    public init(status: Int, message: String, deliveryID: String? = nil) {
        self.status = status
        self.message = message
        self.deliveryID = deliveryID
    }
}
