internal import HTTPTypes
internal import Signing

/// The token that ties a form to the browser it was sent to: the page carries it in a hidden field, the browser in a
/// cookie that other sites' requests don't carry (double submit). Who signed in has one that follows from the session.
struct FormToken: Sendable, Equatable {
    static let cookieName = "slipway-form"
    static let fieldName = "form_token"

    let value: String
    let isNew: Bool

    /// The client's token, or a new one.
    static func of(_ request: WebRequest) -> FormToken {
        if let session = request.caller.session {
            return FormToken(value: String(SHA256.hexadecimal("form of \(session)").prefix(32)), isNew: false)
        }
        if let value = request.cookies(named: cookieName).first(where: isPlausible) {
            return FormToken(value: value, isNew: false)
        }
        return FormToken(value: fresh(), isNew: true)
    }

    var cookie: String { "\(Self.cookieName)=\(value); Path=/; HttpOnly; SameSite=Strict" }

    func matches(_ other: String?) -> Bool {
        guard let other, !isNew else { return false }
        return constantTimeEquals(Array(value.utf8), Array(other.utf8))
    }

    private static func isPlausible(_ text: String) -> Bool {
        text.utf8.count == 32 && text.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 >= 97 && $0 <= 102) }
    }

    static func fresh() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
