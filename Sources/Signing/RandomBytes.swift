internal import CLibCrypto

/// Bytes that nobody can guess, from OpenSSL's generator: for keys, nonces and tokens.
public enum RandomBytes {
    public static func make(count: Int) throws(SigningError) -> [UInt8] {
        precondition(count >= 0, "a number of bytes is never negative")
        var bytes = [UInt8](repeating: 0, count: count)
        guard count == 0 || RAND_bytes(&bytes, Int32(count)) == 1 else { throw .libraryFailure(function: "RAND_bytes") }
        return bytes
    }

    /// A token of `count` random bytes in lower-case hexadecimal digits.
    public static func hexadecimal(count: Int) throws(SigningError) -> String {
        Hexadecimal.text(try make(count: count))
    }
}
