/// Why nobody was proven to be somebody. Shown to whoever tries to sign in: it holds no secret.
public struct OpenIDConnectError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// The provider says no, or the person did.
        case denied
        /// What came back belongs to no sign-in that this browser began, or it came too late.
        case stale
        /// What the provider says can't be believed.
        case untrusted
        /// The provider does not answer, or not with what OpenID Connect has; trying later may help.
        case unavailable
        /// The provider does not know us as the settings say: an admin has to look at them.
        case misconfigured
        /// Too many sign-ins at this moment.
        case busy
    }

    public var kind: Kind
    /// What failed, why and what to do, in sentences.
    public var message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}

extension String {
    /// Whether both are written with the same bytes. For `==`, signs that look alike are one, and a name that somebody chose could be
    /// another's.
    func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// What somebody else wrote, as far as it may stand in a message: short, and without signs that change what is around it.
    var quoted: String {
        let plain = unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F && !(0x202A...0x202E).contains($0.value) }
        return String(String.UnicodeScalarView(plain.prefix(200)))
    }
}
