internal import CLibGit2
internal import Glibc

extension GitError {
    /// Makes the error of a failed libgit2 call out of its code and the message that this thread's last call left.
    init(code: Int32, operation: String, subject: String) {
        let last = git_error_last()
        let message = last?.pointee.message.map { String(cString: $0) } ?? "libgit2 returned \(code)"
        let area = git_error_t(rawValue: UInt32(last?.pointee.klass ?? 0))
        git_error_clear()
        let kind = Self.kind(code: code, area: area, message: message)
        self.init(kind, operation: operation, subject: subject, reason: message, remedy: Self.remedy(kind, message))
    }

    /// Makes the error of a failed system call.
    static func system(_ number: Int32, operation: String, subject: String) -> GitError {
        GitError(.io, operation: operation, subject: subject, reason: String(cString: strerror(number)))
    }

    static func cancelled(operation: String, subject: String) -> GitError {
        GitError(.cancelled, operation: operation, subject: subject, reason: "it was cancelled")
    }

    private static func kind(code: Int32, area: git_error_t, message: String) -> Kind {
        let text = message.lowercased()
        switch git_error_code(rawValue: code) {
        case GIT_EAUTH: return .authentication
        case GIT_ECERTIFICATE: return .hostKeyMismatch
        case GIT_EUSER: return .cancelled
        case GIT_EMISMATCH: return .corrupt
        default: break
        }
        if let status = statusCode(in: text) { return kind(ofStatus: status) }
        if let known = phrases.first(where: { phrase in text.contains(phrase.text) }) { return known.kind }
        if git_error_code(rawValue: code) == GIT_ENOTFOUND { return .notFound }
        switch area {
        case GIT_ERROR_NET, GIT_ERROR_HTTP, GIT_ERROR_SSH: return .unreachable
        case GIT_ERROR_SSL: return .hostKeyMismatch
        case GIT_ERROR_ZLIB, GIT_ERROR_ODB, GIT_ERROR_INDEXER, GIT_ERROR_OBJECT, GIT_ERROR_TREE, GIT_ERROR_SHA: return .corrupt
        default: return .io
        }
    }

    /// Words of libgit2, libssh2, the C library and the forges; the first that matches decides.
    private static let phrases: [(text: String, kind: Kind)] = [
        ("timed out", .timeout), ("timeout", .timeout), ("repository not exported", .notFound),
        ("authentication", .authentication), ("authenticate", .authentication), ("permission denied (", .authentication),
        ("access denied", .authentication), ("no callback set", .authentication), ("credentials", .authentication),
        ("repository not found", .notFound), ("does not appear to be a git repository", .notFound),
        ("could not be found", .notFound), ("not found - no match", .notFound),
        ("could not find repository", .notFound), ("failed to resolve path", .notFound),
        ("unsupported url protocol", .notFound),
        ("failed to resolve address", .unreachable), ("failed to connect", .unreachable), ("connection refused", .unreachable),
        ("connection reset", .unreachable), ("no route to host", .unreachable), ("network is unreachable", .unreachable),
        ("early eof", .unreachable), ("unexpected eof", .unreachable), ("broken pipe", .unreachable),
        ("socket", .unreachable), ("no space left", .io), ("permission denied", .io), ("read-only file system", .io),
        ("disk quota", .io), ("too many open files", .io),
        ("certificate", .hostKeyMismatch),
        ("corrupt", .corrupt), ("inflate", .corrupt), ("checksum", .corrupt), ("trailer mismatch", .corrupt),
    ]

    private static func statusCode(in text: String) -> Int? {
        for marker in ["http status code: ", "http response code: ", "status code "] {
            guard let range = text.firstRange(of: marker) else { continue }
            return Int(text[range.upperBound...].prefix(while: \.isNumber))
        }
        return nil
    }

    private static func kind(ofStatus status: Int) -> Kind {
        switch status {
        case 401, 403, 407: .authentication
        case 404, 410: .notFound
        case 408, 504: .timeout
        default: .unreachable
        }
    }

    /// A better remedy than the kind's own, where the message names its cause.
    private static func remedy(_ kind: Kind, _ message: String) -> String? {
        let text = message.lowercased()
        if kind == .io, text.contains("no space left") { return "Free space on the file system that holds the mirrors." }
        if kind == .authentication, text.contains("publickey") || text.contains("ssh") {
            return "Check that the server knows this public key. RSA keys are signed with SHA-1 here, which servers since "
                + "OpenSSH 8.8 refuse: use an Ed25519 key."
        }
        if kind == .hostKeyMismatch, text.contains("certificate") || text.contains("ssl") {
            return "Check the server's TLS certificate; a private authority's certificates are read from the file that "
                + "SSL_CERT_FILE names."
        }
        return nil
    }
}
