internal import FoundationEssentials
internal import Signing

/// The provider's public keys (RFC 7517), those of them that ID tokens can be signed with here.
struct KeySet: Sendable, Equatable {
    private struct Key: Sendable, Equatable {
        var id: String?
        var algorithm: String?
        var key: PublicKey
    }

    private struct Document: Decodable {
        struct Key: Decodable {
            var kty: String?
            var kid: String?
            var use: String?
            var alg: String?
            var crv: String?
            var n: String?
            var e: String?
            var x: String?
            var y: String?
        }
        var keys: [Key]
    }

    private static let mostKeys = 64
    private let keys: [Key]

    /// Nil for bytes that are no set of keys. Keys of other kinds are left out.
    init?(json: [UInt8]) {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(json)) else { return nil }
        keys = document.keys.prefix(Self.mostKeys).compactMap { key in
            guard key.use == nil || key.use == "sig", let found = Self.publicKey(key) else { return nil }
            return Key(id: key.kid, algorithm: key.alg, key: found)
        }
    }

    private static func publicKey(_ key: Document.Key) -> PublicKey? {
        switch (key.kty, key.crv) {
        case ("RSA", _):
            guard let n = key.n.flatMap({ Base64URL.bytes($0) }), let e = key.e.flatMap({ Base64URL.bytes($0) }) else {
                return nil
            }
            return .rsa(modulus: n, exponent: e)
        case ("EC", "P-256"):
            guard let x = key.x.flatMap({ Base64URL.bytes($0) }), let y = key.y.flatMap({ Base64URL.bytes($0) }) else {
                return nil
            }
            return .p256(x: x, y: y)
        default: return nil
        }
    }

    /// The keys that may have signed the token: those with its id, or, where it names none, all that make such signatures.
    func candidates(for token: SignedToken) -> [PublicKey] {
        keys.filter { key in
            key.key.fits(token.algorithm) && (key.algorithm == nil || key.algorithm == token.algorithm.rawValue)
                && (token.keyID == nil || token.keyID == key.id)
        }.map(\.key)
    }
}
