internal import Execution
internal import FoundationEssentials
internal import HTTPTransport

/// Mail, by a server of one's own.
struct MailWay: NoticeWay {
    let server: MailServer
    let sender: String
    let recipients: [String]
    var name: String { "\(recipients.joined(separator: ", ")) by mail" }

    init?(_ invocation: ActionInvocation) throws(ActionFailure) {
        let recipients = invocation.lines("mail-to").flatMap { $0.split(separator: ",").map { Self.trimmed($0) } }
            .filter { !$0.isEmpty }
        guard !recipients.isEmpty else { return nil }
        guard let sender = invocation.input("mail-from") else {
            throw ActionFailure("the input \"mail-from\" is required with \"mail-to\"")
        }
        guard let text = invocation.input("smtp-server") else {
            throw ActionFailure("the input \"smtp-server\" is required with \"mail-to\": smtp://HOST:PORT or smtps://HOST:PORT")
        }
        self.recipients = recipients
        self.sender = Self.trimmed(sender[...])
        let password = invocation.input("smtp-password")
        if let password { invocation.mask(password) }
        server = try Self.server(
            text, username: invocation.input("smtp-username"), password: password,
            isOpen: try invocation.flag("smtp-insecure"))
    }

    private static func server(
        _ text: String, username: String?, password: String?, isOpen: Bool
    ) throws(ActionFailure) -> MailServer {
        let isImmediate = text.hasPrefix("smtps://")
        let scheme = isImmediate ? "smtps://" : "smtp://"
        let rest = text.hasPrefix(scheme) ? text.dropFirst(scheme.count) : text[...]
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        let port = parts.count == 2 ? Int(parts[1]) : parts.count == 1 ? (isImmediate ? 465 : 587) : nil
        guard let host = parts.first, !host.isEmpty, let port, (1...65535).contains(port) else {
            throw ActionFailure("the input \"smtp-server\" must be smtp://HOST:PORT or smtps://HOST:PORT, found \"\(text)\"")
        }
        guard !isOpen || password == nil else {
            throw ActionFailure("with \"smtp-insecure\" the password would be sent unencrypted: leave one of both out")
        }
        return MailServer(
            host: String(host), port: port, protection: isImmediate ? .immediate : isOpen ? .none : .upgrade,
            username: username, password: password)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    func send(_ notice: Notice, _ invocation: ActionInvocation) throws(ActionFailure) {
        let message = MailMessage(
            from: sender, to: recipients, subject: notice.title, text: notice.message, date: Date(),
            id: "run\(invocation.assignment.runID)-job\(invocation.assignment.jobID)-\(notice.status)")
        do throws(HTTPTransportError) {
            try server.send(message.bytes, from: sender, to: recipients, interruption: invocation.cancellation.descriptor)
        } catch {
            throw ActionFailure("\(error)")
        }
    }
}

/// A mail of plain text, as RFC 5322 and RFC 2045 have it.
struct MailMessage {
    let bytes: [UInt8]

    init(from sender: String, to recipients: [String], subject: String, text: String, date: Date, id: String) {
        let host = sender.split(separator: "@").last ?? "localhost"
        let lines = [
            "From: \(Self.line(sender))", "To: \(Self.line(recipients.joined(separator: ", ")))",
            "Subject: \(Self.words(subject))", "Date: \(Self.date(date))",
            "Message-ID: <\(Self.line(id))@\(Self.line(String(host)))>",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
            // Answering machines leave such mail alone.
            "Auto-Submitted: auto-generated", "",
        ]
        let body = Data(text.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        bytes = Array((lines.joined(separator: "\r\n") + "\r\n" + body + "\r\n").utf8)
    }

    /// Nothing in a value can begin another header.
    private static func line(_ text: String) -> String { String(text.filter { !$0.isNewline }) }

    /// A subject of any language: encoded words (RFC 2047) of at most 75 characters, none of which cuts a character.
    static func words(_ text: String) -> String {
        let text = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard !text.utf8.allSatisfy({ (32..<127).contains($0) }) || text.utf8.count > 200 else { return text }
        var words: [String] = []
        var part = ""
        for character in text {
            if part.utf8.count + String(character).utf8.count > 42, !part.isEmpty {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        words.append(part)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// `Sat, 21 Nov 2026 17:00:00 +0000`
    static func date(_ date: Date) -> String {
        let text = date.formatted(.iso8601)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.weekday, .day, .month, .year], from: date)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = days[((parts.weekday ?? 1) - 1) % 7]
        let month = months[((parts.month ?? 1) - 1) % 12]
        return "\(day), \(parts.day ?? 1) \(month) \(parts.year ?? 1970) \(text.dropFirst(11).prefix(8)) +0000"
    }
}
