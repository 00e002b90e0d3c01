internal import CLibGit2

extension FetchSession {
    /// The certificate check of libgit2: 0 goes on, everything else ends the connection.
    func checkCertificate(_ certificate: UnsafeMutablePointer<git_cert>, isValid: Bool, host: String) -> Int32 {
        switch certificate.pointee.cert_type {
        case GIT_CERT_HOSTKEY_LIBSSH2:
            let key = UnsafeRawPointer(certificate).assumingMemoryBound(to: git_cert_hostkey.self).pointee
            return checkHostKey(key, host: host)
        case GIT_CERT_NONE:
            return 0
        default:
            guard !isValid else { return 0 }
            let remedy =
                "Mend the server's certificate. Certificates of a private authority are read from the file that "
                + "SSL_CERT_FILE names."
            let reason = "the TLS certificate of \(host) is not trusted"
            return refuse(error(.hostKeyMismatch, reason, remedy: remedy), code: GIT_ECERTIFICATE)
        }
    }

    private func checkHostKey(_ presented: git_cert_hostkey, host: String) -> Int32 {
        guard knownHosts.path != nil else { return 0 }
        guard presented.type.rawValue & GIT_CERT_SSH_RAW.rawValue != 0, let bytes = presented.hostkey else {
            return refuse(error(.hostKeyUnknown, "the server presented no host key"), code: GIT_ECERTIFICATE)
        }
        let key = [UInt8](UnsafeRawBufferPointer(start: bytes, count: presented.hostkey_len))
        let type = Self.keyType(key)
        let fingerprint = withUnsafeBytes(of: presented.hash_sha256) { "SHA256:" + Base64.encode([UInt8]($0), padded: false) }
        let port = address.effectivePort ?? 22
        do {
            let entries = try knownHosts.entries(host: host, port: port)
            let verdict = KnownHosts.verdict(on: key, type: type, entries: entries)
            guard let refusal = refusal(verdict, host: host, port: port, type: type, fingerprint: fingerprint) else { return 0 }
            return refuse(refusal, code: GIT_ECERTIFICATE)
        } catch {
            return refuse(error, code: GIT_ECERTIFICATE)
        }
    }

    private func refusal(
        _ verdict: KnownHosts.Verdict, host: String, port: Int, type: String, fingerprint: String
    ) -> GitError? {
        let file = knownHosts.path ?? ""
        let server = KnownHostEntry.name(host: host, port: port)
        let scan = "ssh-keyscan \(port == 22 ? "" : "-p \(port) ")\(host)"
        switch verdict {
        case .trusted:
            return nil
        case .unknown(let otherTypes):
            let known = otherTypes.isEmpty ? "" : " (which has only its \(otherTypes.joined(separator: ", ")) key)"
            return error(
                .hostKeyUnknown, "the host key of \(server), \(type) \(fingerprint), is not in \(file)\(known)",
                remedy: "If that is the fingerprint that the server's operator publishes, add it: \(scan) >> \(file)")
        case .mismatch(let line):
            return error(
                .hostKeyMismatch,
                "\(server) presents the host key \(type) \(fingerprint), but \(file):\(line) has another one",
                remedy: "Somebody may be posing as the server. If its operator confirms the new fingerprint, replace that "
                    + "line with the output of: \(scan)")
        case .revoked(let line):
            return error(
                .hostKeyMismatch, "the host key of \(server), \(type) \(fingerprint), is revoked by \(file):\(line)",
                remedy: "The server must not use this key any more; ask its operator.")
        }
    }

    /// The name at the start of a public key's blob (RFC 4253 §6.6).
    private static func keyType(_ key: [UInt8]) -> String {
        guard key.count > 4 else { return "unknown" }
        let length = key[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= key.count - 4 else { return "unknown" }
        return String(decoding: key[4..<(4 + length)], as: UTF8.self)
    }
}
