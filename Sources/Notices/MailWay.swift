public import AWS
internal import FoundationEssentials
public import HTTPTransport

/// Mail, by a server of one's own.
public struct MailWay: NoticeWay {
    private let server: MailServer
    private let sender: String
    private let recipients: [String]
    public var name: String { "\(recipients.joined(separator: ", ")) by mail" }

    /// - Parameter recipients: at least one.
    public init(server: MailServer, from sender: String, to recipients: [String]) {
        self.server = server
        self.sender = sender
        self.recipients = recipients
    }

    public func send(
        _ notice: Notice, delivery: String, attempts: Int, _ patience: AWSPatience
    ) throws(NoticeError) {
        let message = MailMessage(
            from: sender, to: recipients, subject: notice.title, text: notice.message, date: Date(), id: delivery)
        do throws(HTTPTransportError) {
            try server.send(message.bytes, from: sender, to: recipients, interruption: patience.descriptor)
        } catch {
            throw NoticeError("\(error)", kind: error.noticeKind)
        }
    }
}

extension MailServer {
    /// `smtp://HOST:PORT` (587) or `smtps://HOST:PORT` (465); nil where the text is neither.
    ///
    /// - Parameter isOpen: whether nothing is encrypted, as for a server on this machine.
    public init?(address text: String, username: String?, password: String?, isOpen: Bool) {
        let isImmediate = text.hasPrefix("smtps://")
        let scheme = isImmediate ? "smtps://" : "smtp://"
        let rest = text.hasPrefix(scheme) ? text.dropFirst(scheme.count) : text[...]
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        let port = parts.count == 2 ? Int(parts[1]) : parts.count == 1 ? (isImmediate ? 465 : 587) : nil
        guard let host = parts.first, !host.isEmpty, let port, (1...65535).contains(port) else { return nil }
        self.init(
            host: String(host), port: port, protection: isImmediate ? .immediate : isOpen ? .none : .upgrade,
            username: username, password: password)
    }
}
