internal import FoundationEssentials
internal import Signing

/// What a browser keeps while its person is at the provider: ties what comes back to who began it.
///
/// All that is sent to the provider follows from the ticket and can't be turned back into it. So nothing has to be remembered here,
/// and nobody can fill a memory with sign-ins that they begin and leave.
public struct SignInTicket: Sendable, Equatable {
    /// Seconds for which it is good.
    public static let lifetime = 600.0
    private static let secretLength = 64
    private static let longestNext = 1000

    /// For the browser's cookie: letters, digits and `.-_` only.
    public let text: String
    /// Where the person wanted to go.
    public let next: String?
    private let begunAt: Int

    init(next: String?, now: Date) throws(OpenIDConnectError) {
        let secret: String
        do throws(SigningError) { secret = try RandomBytes.hexadecimal(count: Self.secretLength / 2) } catch {
            throw OpenIDConnectError(.unavailable, "No sign-in can begin: \(error).")
        }
        self.next = next.flatMap { $0.utf8.count <= Self.longestNext ? $0 : nil }
        begunAt = Int(now.timeIntervalSince1970)
        text = "\(secret).\(begunAt).\(Base64URL.text(Array((self.next ?? "").utf8)))"
    }

    /// Nil for a text that is no ticket.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == Self.secretLength, Hexadecimal.bytes(parts[0]) != nil,
            let begunAt = Int(parts[1]), let next = Base64URL.bytes(parts[2]), next.count <= Self.longestNext
        else { return nil }
        self.text = text
        self.begunAt = begunAt
        self.next = next.isEmpty ? nil : String(decoding: next, as: UTF8.self)
    }

    func isGood(at now: Date) -> Bool { (-60.0..<Self.lifetime).contains(now.timeIntervalSince1970 - Double(begunAt)) }

    /// Comes back with the browser.
    var state: String { derived("state") }
    /// Comes back in the ID token.
    var nonce: String { derived("nonce") }
    /// Told to the provider for the code (RFC 7636).
    var verifier: String { derived("verifier") }
    var challenge: String { Base64URL.text(SHA256.digest(Array(verifier.utf8))) }

    private func derived(_ purpose: String) -> String { SHA256.hexadecimal("openid \(purpose) of \(text)") }
}
