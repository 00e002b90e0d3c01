internal import CLibCrypto

/// A running SHA-1: the checksum at the end of Git's packs and indexes, and the hash of hidden known-hosts names.
///
/// libcrypto's, because libgit2 hashes whole objects only.
struct SHA1: ~Copyable {
    private let context: OpaquePointer

    init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha1(), nil) == 1 else {
            fatalError("libcrypto offers no SHA-1 or there is no memory for it")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// The digest of everything so far; the hash can't be continued.
    mutating func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: ObjectID.byteCount) { buffer, count in
            var length: UInt32 = 0
            EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
            count = Int(length)
        }
    }

    /// HMAC-SHA-1 (RFC 2104), with which OpenSSH hides host names.
    static func authenticationCode(key: [UInt8], message: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: ObjectID.byteCount) { buffer, count in
            var length: UInt32 = 0
            HMAC(EVP_sha1(), key, Int32(key.count), message, message.count, buffer.baseAddress, &length)
            count = Int(length)
        }
    }
}
