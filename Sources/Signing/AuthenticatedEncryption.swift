internal import CLibCrypto

/// AES-256-GCM (NIST SP 800-38D): hides a text and notices every change of it.
///
/// A sealed text is a fresh random nonce of 12 bytes, the encrypted text, and a tag of 16 bytes. With random nonces one
/// key is good for 2³² texts.
public enum AuthenticatedEncryption {
    /// In bytes.
    public static let keyLength = 32
    private static let nonceLength = 12
    private static let tagLength = 16

    /// - Parameters:
    ///   - key: ``keyLength`` bytes.
    ///   - associated: what the text belongs to, such as its name. It is not part of the result, and the text only opens
    ///     with the same.
    public static func seal(
        _ text: [UInt8], key: [UInt8], associated: [UInt8] = []
    ) throws(SigningError) -> [UInt8] {
        let nonce = try RandomBytes.make(count: nonceLength)
        let cipher = try Cipher(key: key, nonce: nonce, encrypts: true)
        try cipher.authenticate(associated)
        let encrypted = try cipher.update(text)
        guard cipher.finish() else { throw .libraryFailure(function: "EVP_CipherFinal_ex") }
        return nonce + encrypted + (try cipher.tag(length: tagLength))
    }

    /// Undoes ``seal(_:key:associated:)``; nothing of a text that is not authentic is returned.
    public static func open(
        _ sealed: [UInt8], key: [UInt8], associated: [UInt8] = []
    ) throws(SigningError) -> [UInt8] {
        guard sealed.count >= nonceLength + tagLength else { throw .sealedTextTooShort(sealed.count) }
        let cipher = try Cipher(key: key, nonce: Array(sealed.prefix(nonceLength)), encrypts: false)
        try cipher.authenticate(associated)
        let text = try cipher.update(Array(sealed.dropFirst(nonceLength).dropLast(tagLength)))
        try cipher.expect(tag: Array(sealed.suffix(tagLength)))
        guard cipher.finish() else { throw .notAuthentic }
        return text
    }
}

/// Owns one context of OpenSSL for one text.
private final class Cipher {
    private let context: OpaquePointer

    init(key: [UInt8], nonce: [UInt8], encrypts: Bool) throws(SigningError) {
        guard key.count == AuthenticatedEncryption.keyLength else { throw .keyLength(key.count) }
        guard let context = EVP_CIPHER_CTX_new() else { throw .libraryFailure(function: "EVP_CIPHER_CTX_new") }
        self.context = context
        let direction: Int32 = encrypts ? 1 : 0
        guard EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, nil, nil, direction) == 1,
            slipway_gcm_set_nonce_length(context, Int32(nonce.count)) == 1,
            EVP_CipherInit_ex(context, nil, nil, key, nonce, direction) == 1
        else { throw .libraryFailure(function: "EVP_CipherInit_ex") }
    }

    deinit {
        EVP_CIPHER_CTX_free(context)
    }

    func authenticate(_ associated: [UInt8]) throws(SigningError) {
        var length: Int32 = 0
        guard associated.isEmpty || EVP_CipherUpdate(context, nil, &length, associated, Int32(associated.count)) == 1 else {
            throw .libraryFailure(function: "EVP_CipherUpdate")
        }
    }

    func update(_ text: [UInt8]) throws(SigningError) -> [UInt8] {
        guard !text.isEmpty else { return [] }
        var output = [UInt8](repeating: 0, count: text.count)
        var length: Int32 = 0
        guard EVP_CipherUpdate(context, &output, &length, text, Int32(text.count)) == 1, Int(length) == text.count else {
            throw .libraryFailure(function: "EVP_CipherUpdate")
        }
        return output
    }

    /// False if a tag was expected and the text does not match it.
    func finish() -> Bool {
        var rest = [UInt8](repeating: 0, count: 16)
        var length: Int32 = 0
        return EVP_CipherFinal_ex(context, &rest, &length) == 1
    }

    func tag(length: Int) throws(SigningError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: length)
        guard slipway_gcm_get_tag(context, Int32(length), &tag) == 1 else {
            throw .libraryFailure(function: "EVP_CTRL_GCM_GET_TAG")
        }
        return tag
    }

    func expect(tag: [UInt8]) throws(SigningError) {
        guard slipway_gcm_set_tag(context, Int32(tag.count), tag) == 1 else {
            throw .libraryFailure(function: "EVP_CTRL_GCM_SET_TAG")
        }
    }
}
