internal import AWS
internal import Execution
internal import HTTPTransport
internal import Notices

/// The ways that a step's inputs name.
struct NotifyInputs {
    let invocation: ActionInvocation

    func ways() throws(ActionFailure) -> [any NoticeWay] {
        let all: [(any NoticeWay)?] = [try topic(), try slack(), try webhook(), try mail()]
        return all.compactMap { $0 }
    }

    private func topic() throws(ActionFailure) -> TopicWay? {
        guard let arn = invocation.input("sns-topic-arn") else { return nil }
        return TopicWay(arn: arn, configuration: try invocation.awsConfiguration())
    }

    private func slack() throws(ActionFailure) -> SlackWay? {
        guard let url = invocation.input("slack-webhook-url") else { return nil }
        // Whoever knows the address may write there.
        invocation.mask(url)
        return SlackWay(address: try address(url, "slack-webhook-url"), channel: invocation.input("slack-channel"))
    }

    private func webhook() throws(ActionFailure) -> WebhookWay? {
        guard let url = invocation.input("webhook-url") else { return nil }
        let secret = invocation.input("webhook-secret")
        if let secret { invocation.mask(secret) }
        return WebhookWay(address: try address(url, "webhook-url"), secret: secret)
    }

    private func address(_ url: String, _ input: String) throws(ActionFailure) -> WebAddress {
        guard let address = WebAddress(url) else {
            throw ActionFailure("the input \"\(input)\" must be \(WebAddress.form)")
        }
        return address
    }

    private func mail() throws(ActionFailure) -> MailWay? {
        let recipients = invocation.lines("mail-to").flatMap { $0.split(separator: ",").map { Self.trimmed($0) } }
            .filter { !$0.isEmpty }
        guard !recipients.isEmpty else { return nil }
        guard let sender = invocation.input("mail-from") else {
            throw ActionFailure("the input \"mail-from\" is required with \"mail-to\"")
        }
        guard let text = invocation.input("smtp-server") else {
            throw ActionFailure("the input \"smtp-server\" is required with \"mail-to\": smtp://HOST:PORT or smtps://HOST:PORT")
        }
        let password = invocation.input("smtp-password")
        if let password { invocation.mask(password) }
        let isOpen = try invocation.flag("smtp-insecure")
        guard
            let server = MailServer(
                address: text, username: invocation.input("smtp-username"), password: password, isOpen: isOpen)
        else {
            throw ActionFailure("the input \"smtp-server\" must be smtp://HOST:PORT or smtps://HOST:PORT, found \"\(text)\"")
        }
        guard server.protection != .none || password == nil else {
            throw ActionFailure("with \"smtp-insecure\" the password would be sent unencrypted: leave one of both out")
        }
        return MailWay(server: server, from: Self.trimmed(sender[...]), to: recipients)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
