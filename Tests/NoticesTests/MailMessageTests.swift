import Foundation
import Testing

@testable import Notices

@Suite struct MailMessageTests {
    @Test("no text begins a header of its own")
    func headers() {
        let message = MailMessage(
            from: "a@b", to: ["c@d"], subject: "x\nBcc: e@f", text: "", date: Date(timeIntervalSince1970: 1_795_280_400), id: "1")
        let text = String(decoding: message.bytes, as: UTF8.self)
        #expect(text.contains("Subject: x Bcc: e@f\r\n"))
        #expect(text.contains("Date: Sat, 21 Nov 2026 17:00:00 +0000\r\n"))
    }
}
