internal import FoundationEssentials

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
