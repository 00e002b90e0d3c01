internal import Execution
internal import HTTPTransport
internal import Signing

/// A web server that takes the notice as JSON, signed where there is a secret.
struct WebhookWay: NoticeWay {
    let address: WebAddress
    let secret: String?
    var name: String { "the webhook at \(address.host)" }

    init?(_ invocation: ActionInvocation) throws(ActionFailure) {
        guard let url = invocation.input("webhook-url") else { return nil }
        address = try WebAddress(url, input: "webhook-url")
        secret = invocation.input("webhook-secret")
        if let secret { invocation.mask(secret) }
    }

    func send(_ notice: Notice, _ invocation: ActionInvocation) throws(ActionFailure) {
        let body = try notice.json()
        let assignment = invocation.assignment
        var headers = [
            (name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "slipway"),
            // The same for every attempt: a receiver can tell a repetition.
            (name: "X-Slipway-Delivery", value: "run\(assignment.runID)-job\(assignment.jobID)-\(notice.status)"),
        ]
        if let secret {
            let code = Hexadecimal.text(HMAC.sha256(key: Array(secret.utf8), message: body))
            headers.append(("X-Slipway-Signature-256", "sha256=\(code)"))
        }
        try address.post(body, headers: headers, invocation)
    }
}

/// An incoming webhook of Slack, or of what takes the same: Mattermost, for one.
struct SlackWay: NoticeWay {
    let address: WebAddress
    let channel: String?
    var name: String { "Slack" }

    init?(_ invocation: ActionInvocation) throws(ActionFailure) {
        guard let url = invocation.input("slack-webhook-url") else { return nil }
        // Whoever knows the address may write there.
        invocation.mask(url)
        address = try WebAddress(url, input: "slack-webhook-url")
        channel = invocation.input("slack-channel")
    }

    private struct Message: Encodable {
        struct Attachment: Encodable {
            var color: String
            var title: String
            var titleLink: String?
            var text: String
            var fallback: String

            enum CodingKeys: String, CodingKey {
                case color, title, text, fallback
                case titleLink = "title_link"
            }
        }

        var channel: String?
        var attachments: [Attachment]
    }

    func send(_ notice: Notice, _ invocation: ActionInvocation) throws(ActionFailure) {
        let colors = ["success": "good", "failure": "danger"]
        let attachment = Message.Attachment(
            color: colors[notice.status] ?? "warning", title: Self.escaped(notice.title),
            titleLink: notice.url.isEmpty ? nil : notice.url, text: Self.escaped(notice.message),
            fallback: Self.escaped(notice.title))
        let body = try Notice.json(Message(channel: channel, attachments: [attachment]))
        try address.post(body, headers: [("Content-Type", "application/json")], invocation)
    }

    /// Slack takes these for its own signs, and would ring everybody's bell for `<!channel>`.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
    }
}
