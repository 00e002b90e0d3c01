internal import CLibCrypto

/// The SHA-256 digest (FIPS 180-4) of bytes that come piece by piece.
///
/// Not `Sendable`: one digest belongs to one thread at a time.
public final class SHA256 {
    /// In bytes.
    public static let digestLength = 32

    private let context: OpaquePointer

    public init() {
        // Without memory for 200 bytes nothing else in the process could go on either.
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("OpenSSL has no memory for a digest") }
        self.context = context
        restart()
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Forgets what came so far.
    public func restart() {
        let isReady = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
        precondition(isReady, "OpenSSL has no SHA-256")
    }

    public func update(_ bytes: UnsafeRawBufferPointer) {
        let isTaken = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
        precondition(isTaken, "OpenSSL did not take bytes for SHA-256")
    }

    public func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The ``digestLength`` bytes for all that came so far; the digest starts anew.
    public func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.digestLength)
        let isDone = EVP_DigestFinal_ex(context, &digest, nil) == 1
        precondition(isDone, "OpenSSL did not finish SHA-256")
        restart()
        return digest
    }

    /// As ``finish()``, in 64 lower-case hexadecimal digits.
    public func finishHexadecimal() -> String { Hexadecimal.text(finish()) }

    /// The digest of `bytes`.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] {
        let digest = SHA256()
        digest.update(bytes)
        return digest.finish()
    }

    /// The digest of `bytes` in 64 lower-case hexadecimal digits.
    public static func hexadecimal(_ bytes: [UInt8]) -> String { Hexadecimal.text(digest(bytes)) }

    /// The digest of the UTF-8 form of `text` in 64 lower-case hexadecimal digits.
    public static func hexadecimal(_ text: String) -> String { hexadecimal(Array(text.utf8)) }
}
