public import AWS
internal import Signing

/// A web server that takes the notice as JSON, signed where there is a secret.
public struct WebhookWay: NoticeWay {
    private let address: WebAddress
    private let secret: String?
    public var name: String { "the webhook at \(address.host)" }

    public init(address: WebAddress, secret: String?) {
        self.address = address
        self.secret = secret
    }

    public func send(
        _ notice: Notice, delivery: String, attempts: Int, _ patience: AWSPatience
    ) throws(NoticeError) {
        let body = try Notice.json(notice)
        var headers = [
            (name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "slipway"),
            (name: "X-Slipway-Delivery", value: delivery),
        ]
        if let secret {
            let code = HMAC.sha256Hexadecimal(key: Array(secret.utf8), message: body)
            headers.append(("X-Slipway-Signature-256", "sha256=\(code)"))
        }
        try address.post(body, headers: headers, attempts: attempts, patience)
    }
}
