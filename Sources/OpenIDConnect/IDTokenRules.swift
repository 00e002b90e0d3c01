internal import FoundationEssentials
internal import Signing

/// What an ID token has to say (OpenID Connect Core 1.0, section 3.1.3.7), once its signature is known to be the provider's.
struct IDTokenRules: Sendable {
    /// Seconds by which the provider's clock and ours may differ.
    static let skew = 60.0
    /// Seconds since when a token may have been made: it was made for this very sign-in.
    private static let longestAge = SignInTicket.lifetime + skew
    private static let longestSubject = 255

    let issuer: String
    let clientID: String
    let nonce: String
    let now: Date

    /// - Parameter accessToken: that came with the ID token.
    /// - Returns: whom it is about.
    func check(_ claims: Claims, accessToken: String?) throws(OpenIDConnectError) -> String {
        guard claims["iss"]?.text?.isExactly(issuer) == true else {
            throw SignedToken.untrusted("it is of \(claims["iss"]?.text?.quoted ?? "nobody"), and not of \(issuer)")
        }
        try checkAudience(claims)
        try checkTimes(claims)
        guard let nonce = claims["nonce"]?.text, constantTimeEquals(nonce, self.nonce) else {
            throw SignedToken.untrusted("it was made for another sign-in (nonce)")
        }
        if let digest = claims["at_hash"] {
            let expected = Base64URL.text(Array(SHA256.digest(Array((accessToken ?? "").utf8)).prefix(16)))
            guard digest.text == expected else { throw SignedToken.untrusted("it belongs to another access token (at_hash)") }
        }
        guard let subject = claims["sub"]?.text, (1...Self.longestSubject).contains(subject.utf8.count),
            subject.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else {
            throw SignedToken.untrusted(
                "it does not say whom it is about, in up to \(Self.longestSubject) characters of ASCII (sub)")
        }
        return subject
    }

    private func checkAudience(_ claims: Claims) throws(OpenIDConnectError) {
        let audiences = claims["aud"]?.texts ?? []
        guard audiences.contains(where: { $0.isExactly(clientID) }) else {
            throw SignedToken.untrusted("it is for \(audiences.first?.quoted ?? "nobody"), and not for \(clientID) (aud)")
        }
        let party = claims["azp"]
        guard audiences.count == 1 || party != nil else {
            throw SignedToken.untrusted("it is for several, and does not say which of them asked for it (azp)")
        }
        guard party == nil || party?.text?.isExactly(clientID) == true else {
            throw SignedToken.untrusted("\(party?.text?.quoted ?? "somebody else") asked for it, and not \(clientID) (azp)")
        }
    }

    private func checkTimes(_ claims: Claims) throws(OpenIDConnectError) {
        let now = now.timeIntervalSince1970
        guard let end = claims["exp"]?.number, let made = claims["iat"]?.number else {
            throw SignedToken.untrusted("it does not say when it was made and until when it is good (iat, exp)")
        }
        let advice = "; if that happens again, the clocks of the provider and of this host differ"
        guard now < end + Self.skew else { throw SignedToken.untrusted("it has expired\(advice)") }
        guard made <= now + Self.skew else { throw SignedToken.untrusted("it is from the future\(advice)") }
        guard now - made <= Self.longestAge else { throw SignedToken.untrusted("it was made too long ago\(advice)") }
        guard (claims["nbf"]?.number ?? 0) <= now + Self.skew else { throw SignedToken.untrusted("it is not good yet\(advice)") }
    }
}
