internal import CLibCrypto

/// Keyed digests of messages (RFC 2104).
public enum HMAC {
    /// The 32 bytes of HMAC-SHA256. Compare them with ``constantTimeEquals(_:_:)`` only.
    /// - Parameter key: of any length, also empty.
    public static func sha256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: SHA256.digestLength)
        // An empty array has no address, and OpenSSL takes a null key for "the key from before".
        let key = key.isEmpty ? [0] : key
        let isDone = EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, key, key.count, message, message.count, &code, code.count, nil)
        precondition(isDone != nil, "OpenSSL has no HMAC-SHA256")
        return code
    }

    /// The same in 64 lower-case hexadecimal digits.
    public static func sha256Hexadecimal(key: [UInt8], message: [UInt8]) -> String {
        Hexadecimal.text(sha256(key: key, message: message))
    }
}

/// Whether both have the same bytes, in a time that depends on their lengths only.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

/// Whether both texts have the same UTF-8 form, in a time that depends on their lengths only.
public func constantTimeEquals(_ left: String, _ right: String) -> Bool {
    constantTimeEquals(Array(left.utf8), Array(right.utf8))
}
