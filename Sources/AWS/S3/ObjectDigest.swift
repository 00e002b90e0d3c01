internal import CLibCrypto
internal import FoundationEssentials
internal import Signing

/// The ETag that content has as an object of S3: its MD5, or, sent in parts, the MD5 of the parts' MD5s and how many there were.
///
/// MD5 is a name for content here, as S3 chose it, and protects nothing: so it is not in `Signing`.
enum ObjectDigest {
    /// - Parameter remote: the ETag to compare with. Where that was made of parts of another size than ours, the result differs.
    static func etag(of source: some S3Bucket.Source, like remote: String) throws(AWSError) -> String {
        let partSize = Int64(S3Bucket.partSize)
        guard remote.contains("-") else { return Hexadecimal.text(try digest(of: source, from: 0, to: source.size)) }
        let count = max(1, (source.size + partSize - 1) / partSize)
        let whole = MD5()
        for part in 0..<count {
            whole.update(try digest(of: source, from: part * partSize, to: min(source.size, (part + 1) * partSize)))
        }
        return Hexadecimal.text(whole.finish()) + "-\(count)"
    }

    /// For `Content-MD5`: without it, or a checksum of theirs, a bucket whose objects are locked by default takes nothing.
    static func header(of content: [UInt8]) -> (name: String, value: String) {
        let digest = MD5()
        digest.update(content)
        return ("Content-MD5", Data(digest.finish()).base64EncodedString())
    }

    private static func digest(
        of source: some S3Bucket.Source, from start: Int64, to end: Int64
    ) throws(AWSError) -> [UInt8] {
        let digest = MD5()
        var offset = start
        while offset < end {
            let bytes = try source.read(at: offset, count: Int(min(1 << 20, end - offset)))
            guard !bytes.isEmpty else { throw AWSError(.local, "a file became shorter while it was read") }
            digest.update(bytes)
            offset += Int64(bytes.count)
        }
        return digest.finish()
    }
}

/// Owns one context of OpenSSL.
private final class MD5 {
    private let context: OpaquePointer

    init() {
        // Without memory for 200 bytes nothing else in the process could go on either.
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("OpenSSL has no memory for a digest") }
        self.context = context
        let isReady = EVP_DigestInit_ex(context, EVP_md5(), nil) == 1
        precondition(isReady, "OpenSSL has no MD5")
    }

    deinit { EVP_MD_CTX_free(context) }

    func update(_ bytes: [UInt8]) { EVP_DigestUpdate(context, bytes, bytes.count) }

    func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 16)
        EVP_DigestFinal_ex(context, &digest, nil)
        return digest
    }
}

extension S3Bucket {
    /// The ETag that content would have as an object; see ``SyncPlan/Comparison/etag``.
    public static func etag(of source: some Source, like remote: String) throws(AWSError) -> String {
        try ObjectDigest.etag(of: source, like: remote)
    }
}
