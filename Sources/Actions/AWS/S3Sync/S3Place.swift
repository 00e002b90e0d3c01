internal import Execution

/// `s3://bucket/prefix`, as an input names it.
struct S3Place: Equatable {
    let bucket: String
    /// Empty, or with a slash at its end.
    let prefix: String

    /// Nil for what is no such address.
    init?(_ text: String) throws(ActionFailure) {
        guard text.hasPrefix("s3://") else { return nil }
        let rest = text.dropFirst("s3://".count)
        bucket = String(rest.prefix { $0 != "/" })
        let path = rest.dropFirst(bucket.count).drop { $0 == "/" }
        prefix = path.isEmpty || path.hasSuffix("/") ? String(path) : path + "/"
        guard !bucket.isEmpty else { throw ActionFailure("\"\(text)\" names no bucket: write it as s3://BUCKET/PREFIX") }
    }

    var text: String { "s3://\(bucket)/\(prefix)" }
}
