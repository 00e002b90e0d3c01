internal import Signing

/// A JSON Web Token with a signature, in the form with dots (RFC 7515). Nothing in it is believed yet.
struct SignedToken: Sendable {
    private static let longest = 64 << 10

    let algorithm: SignatureAlgorithm
    /// The key that it was signed with, as the token says.
    let keyID: String?
    let claims: Claims
    private let message: [UInt8]
    private let signature: [UInt8]

    /// - Throws: untrusted for one that is no token, is not signed, or in a way that does not count: with what everybody knows (the
    ///   public key as an HMAC's), or with parts that we would have to understand and don't.
    init(_ text: String) throws(OpenIDConnectError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, parts.count == 3, let head = Base64URL.bytes(parts[0]).flatMap(Claims.init(json:)),
            let payload = Base64URL.bytes(parts[1]), let claims = Claims(json: payload), let signature = Base64URL.bytes(parts[2])
        else { throw Self.untrusted("it is no signed token") }
        let word = head["alg"]?.text ?? ""
        guard let algorithm = SignatureAlgorithm(rawValue: word) else {
            let known = SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
            throw Self.untrusted("it is signed with \"\(word.quoted)\", and only \(known) count")
        }
        guard head.values["crit"] == nil else { throw Self.untrusted("its head asks for what is not known here (crit)") }
        self.algorithm = algorithm
        self.claims = claims
        self.signature = signature
        keyID = head["kid"]?.text
        message = Array("\(parts[0]).\(parts[1])".utf8)
    }

    /// Whether one of the keys signed it. A key that can't be used signed nothing.
    func isSigned(byOneOf keys: [PublicKey]) throws(OpenIDConnectError) -> Bool {
        var reason: SigningError?
        for key in keys {
            do throws(SigningError) {
                if try key.verifies(signature, of: message, algorithm: algorithm) { return true }
            } catch {
                reason = error
            }
        }
        if let reason { throw Self.untrusted("\(reason)") }
        return false
    }

    static func untrusted(_ reason: String) -> OpenIDConnectError {
        OpenIDConnectError(
            .untrusted, "The provider's ID token can't be believed: \(reason). Try again; if it stays so, tell an admin.")
    }
}
