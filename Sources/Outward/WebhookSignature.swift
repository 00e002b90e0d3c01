internal import FoundationEssentials
internal import Signing

/// Signs a delivery as the specification "Standard Webhooks" has it, for which receivers have libraries.
struct WebhookSignature {
    private let key: [UInt8]

    /// - Parameter secret: any text; after `whsec_` the key itself in Base64.
    init(secret: String) {
        let prefix = "whsec_"
        if secret.hasPrefix(prefix), let data = Data(base64Encoded: String(secret.dropFirst(prefix.count))) {
            key = [UInt8](data)
        } else {
            key = Array(secret.utf8)
        }
    }

    /// - Parameter timestamp: seconds since 1970, when it is sent.
    func headers(delivery: String, timestamp: Int, body: String) -> [(name: String, value: String)] {
        let code = HMAC.sha256(key: key, message: Array("\(delivery).\(timestamp).\(body)".utf8))
        return [
            ("webhook-id", delivery), ("webhook-timestamp", "\(timestamp)"),
            ("webhook-signature", "v1,\(Data(code).base64EncodedString())"),
        ]
    }
}
