/// Why a cryptographic operation did not succeed. Never says anything of keys or texts.
public enum SigningError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A key of AES-256 has 32 bytes.
    case keyLength(Int)
    /// A sealed text is at least a nonce and a tag long.
    case sealedTextTooShort(Int)
    /// The sealed text or its associated data was changed, or the key is another one.
    case notAuthentic
    /// A public key that nobody should trust, or that is none; with what is wrong with it.
    case unfitKey(String)
    /// OpenSSL refused a function that should not fail: no memory, no randomness, or an algorithm that is switched off.
    case libraryFailure(function: String)

    public var description: String {
        switch self {
        case .keyLength(let length): "a key of AES-256 has 32 bytes, this one has \(length)"
        case .sealedTextTooShort(let length): "\(length) bytes are too few for a sealed text"
        case .notAuthentic: "the sealed text was changed, or was sealed with another key or for another purpose"
        case .unfitKey(let reason): "the public key can't be used: \(reason)"
        case .libraryFailure(let function): "\(function) of OpenSSL failed; check that its default provider is installed"
        }
    }
}
