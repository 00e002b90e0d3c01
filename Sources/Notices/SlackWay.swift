public import AWS

/// An incoming webhook of Slack, or of what takes the same: Mattermost, for one.
public struct SlackWay: NoticeWay {
    private let address: WebAddress
    private let channel: String?
    public var name: String { "Slack" }

    public init(address: WebAddress, channel: String?) {
        self.address = address
        self.channel = channel
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

    public func send(
        _ notice: Notice, delivery: String, attempts: Int, _ patience: AWSPatience
    ) throws(NoticeError) {
        let colors = ["success": "good", "failure": "danger"]
        let attachment = Message.Attachment(
            color: colors[notice.status] ?? "warning", title: Self.escaped(notice.title),
            titleLink: notice.url.isEmpty ? nil : notice.url, text: Self.escaped(notice.message),
            fallback: Self.escaped(notice.title))
        let body = try Notice.json(Message(channel: channel, attachments: [attachment]))
        try address.post(body, headers: [("Content-Type", "application/json")], attempts: attempts, patience)
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
