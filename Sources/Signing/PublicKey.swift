internal import CLibCrypto

/// How a message was signed with a private key (RFC 7518). All three digest it by SHA-256.
public enum SignatureAlgorithm: String, Sendable, CaseIterable {
    /// RSASSA-PKCS1-v1_5.
    case rs256 = "RS256"
    /// RSASSA-PSS, with a salt as long as the digest.
    case ps256 = "PS256"
    /// ECDSA on the curve P-256.
    case es256 = "ES256"
}

/// Somebody else's public key, for looking whether they signed a message.
///
/// Numbers are big-endian and without a sign, as RFC 7518 writes them.
public enum PublicKey: Sendable, Equatable {
    case rsa(modulus: [UInt8], exponent: [UInt8])
    /// A point of the curve P-256, each coordinate with 32 bytes.
    case p256(x: [UInt8], y: [UInt8])

    /// In bits: shorter keys can be broken, and longer ones let whoever names one have us compute for long.
    private static let modulusBits = 2048...8192
    private static let coordinateLength = 32

    /// Whether keys of this kind make such signatures.
    public func fits(_ algorithm: SignatureAlgorithm) -> Bool {
        switch self {
        case .rsa: algorithm != .es256
        case .p256: algorithm == .es256
        }
    }

    /// Whether the owner of the key signed the message.
    ///
    /// - Parameter signature: as RFC 7518 has it: for ES256 the two numbers one after the other, 64 bytes.
    /// - Throws: `unfitKey` for a key that is too short or too long, or no point of the curve.
    public func verifies(
        _ signature: [UInt8], of message: [UInt8], algorithm: SignatureAlgorithm
    ) throws(SigningError) -> Bool {
        guard fits(algorithm) else { return false }
        let key = try loaded()
        var signature = signature
        if algorithm == .es256 {
            guard signature.count == 2 * Self.coordinateLength else { return false }
            signature = Self.sequence(signature[..<Self.coordinateLength], signature[Self.coordinateLength...])
        }
        return try key.verifies(signature, of: message, isProbabilistic: algorithm == .ps256)
    }

    private func loaded() throws(SigningError) -> LoadedKey {
        switch self {
        case .rsa(let modulus, let exponent):
            let bits = Self.bits(modulus)
            guard Self.modulusBits.contains(bits) else {
                throw .unfitKey("an RSA key has 2048 to 8192 bits, and this one \(bits)")
            }
            guard (2...32).contains(Self.bits(exponent)), exponent.last.map({ $0 & 1 == 1 }) == true else {
                throw .unfitKey("its exponent is none that RSA keys have")
            }
            return try LoadedKey(modulus: modulus, exponent: exponent)
        case .p256(let x, let y):
            guard x.count == Self.coordinateLength, y.count == Self.coordinateLength else {
                throw .unfitKey("a coordinate of P-256 has 32 bytes")
            }
            return try LoadedKey(point: [4] + x + y)
        }
    }

    private static func bits(_ number: [UInt8]) -> Int {
        let digits = number.drop { $0 == 0 }
        guard let first = digits.first else { return 0 }
        return digits.count * 8 - first.leadingZeroBitCount
    }

    /// The DER of a signature that OpenSSL reads: a sequence of two integers (RFC 3279). Both are short, so each length is one byte.
    private static func sequence(_ r: ArraySlice<UInt8>, _ s: ArraySlice<UInt8>) -> [UInt8] {
        let body = [r, s].flatMap { number -> [UInt8] in
            var digits = Array(number.drop { $0 == 0 })
            if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
            return [0x02, UInt8(digits.count)] + digits
        }
        return [0x30, UInt8(body.count)] + body
    }
}

/// Owns one key of OpenSSL.
private final class LoadedKey {
    private let key: OpaquePointer

    init(modulus: [UInt8], exponent: [UInt8]) throws(SigningError) {
        var modulus = Self.native(modulus), exponent = Self.native(exponent)
        guard let key = slipway_rsa_key(&modulus, modulus.count, &exponent, exponent.count) else {
            ERR_clear_error()
            throw .unfitKey("OpenSSL does not take it")
        }
        self.key = key
    }

    /// - Parameter point: uncompressed; that it is on the curve is looked at.
    init(point: [UInt8]) throws(SigningError) {
        var point = point
        guard let key = slipway_p256_key(&point, point.count) else {
            ERR_clear_error()
            throw .unfitKey("it is no point of P-256")
        }
        self.key = key
    }

    /// From big-endian to this machine's order, which is how OpenSSL takes numbers.
    private static func native(_ number: [UInt8]) -> [UInt8] { 1.littleEndian == 1 ? number.reversed() : number }

    deinit {
        EVP_PKEY_free(key)
    }

    func verifies(_ signature: [UInt8], of message: [UInt8], isProbabilistic: Bool) throws(SigningError) -> Bool {
        guard let context = EVP_MD_CTX_new() else { throw .libraryFailure(function: "EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &parameters, EVP_sha256(), nil, key) == 1 else {
            throw .libraryFailure(function: "EVP_DigestVerifyInit")
        }
        if isProbabilistic {
            guard EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, Int32(SHA256.digestLength)) == 1
            else { throw .libraryFailure(function: "EVP_PKEY_CTX_set_rsa_padding") }
        }
        let isValid = EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        // A signature that does not fit leaves a note, which nobody reads.
        ERR_clear_error()
        return isValid
    }
}
