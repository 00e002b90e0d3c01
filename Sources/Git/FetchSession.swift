internal import CLibGit2

/// What the callbacks of one connection share: the caller's wishes, and why they refused something.
///
/// libgit2 gets a pointer to it as payload; `Mirror.fetch` keeps it alive until the connection is closed.
final class FetchSession {
    let address: RemoteAddress
    let credential: GitCredential
    let knownHosts: KnownHosts
    let progress: (FetchProgress) -> Void
    let isCancelled: () -> Bool

    /// The reason that a callback ended the connection; it tells more than libgit2's own error.
    var failure: GitError?
    private var wasCredentialOffered = false

    static let operation = "fetching"

    init(
        address: RemoteAddress, credential: GitCredential, knownHosts: KnownHosts,
        progress: @escaping (FetchProgress) -> Void, isCancelled: @escaping () -> Bool
    ) {
        self.address = address
        self.credential = credential == .none ? address.embeddedCredential ?? .none : credential
        self.knownHosts = knownHosts
        self.progress = progress
        self.isCancelled = isCancelled
    }

    static func of(_ payload: UnsafeMutableRawPointer?) -> FetchSession? {
        payload.map { Unmanaged<FetchSession>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The callbacks, with this session as their payload.
    func callbacks() -> git_remote_callbacks {
        var callbacks = git_remote_callbacks()
        git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION))
        callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
        callbacks.sideband_progress = { _, _, payload in FetchSession.of(payload)?.continuation ?? 0 }
        callbacks.pack_progress = { _, _, _, payload in FetchSession.of(payload)?.continuation ?? 0 }
        callbacks.transfer_progress = { stats, payload in
            guard let session = FetchSession.of(payload), let stats = stats?.pointee else { return 0 }
            session.progress(
                FetchProgress(
                    receivedObjects: Int(stats.received_objects), indexedObjects: Int(stats.indexed_objects),
                    totalObjects: Int(stats.total_objects), receivedBytes: stats.received_bytes))
            return session.continuation
        }
        callbacks.credentials = { out, _, user, allowed, payload in
            guard let session = FetchSession.of(payload) else { return GIT_EAUTH.rawValue }
            return session.authenticate(out, user: user.map { String(cString: $0) }, allowed: git_credential_t(allowed))
        }
        callbacks.certificate_check = { certificate, isValid, host, payload in
            guard let session = FetchSession.of(payload), let certificate, let host else { return GIT_ECERTIFICATE.rawValue }
            return session.checkCertificate(certificate, isValid: isValid != 0, host: String(cString: host))
        }
        return callbacks
    }

    func error(_ kind: GitError.Kind, _ reason: String, remedy: String? = nil) -> GitError {
        GitError(kind, operation: Self.operation, subject: address.text, reason: reason, remedy: remedy)
    }

    /// Ends the connection with a reason of ours.
    func refuse(_ error: GitError, code: git_error_code) -> Int32 {
        failure = error
        git_error_set_str(Int32(GIT_ERROR_CALLBACK.rawValue), error.reason)
        return code.rawValue
    }

    /// What a progress callback answers: go on, or stop.
    private var continuation: Int32 {
        guard isCancelled() else { return 0 }
        return refuse(.cancelled(operation: Self.operation, subject: address.text), code: GIT_EUSER)
    }

    // MARK: Credentials

    private typealias CredentialOutput = UnsafeMutablePointer<UnsafeMutablePointer<git_credential>?>

    private func authenticate(_ out: CredentialOutput?, user: String?, allowed: git_credential_t) -> Int32 {
        guard let out else { return GIT_EAUTH.rawValue }
        let login = user ?? address.user ?? "git"
        // ssh asks for the name first when the address has none.
        if allowed == GIT_CREDENTIAL_USERNAME { return git_credential_username_new(out, login) }
        guard !wasCredentialOffered else { return refuse(rejection(), code: GIT_EAUTH) }
        wasCredentialOffered = true
        switch credential {
        case .token(let username, let token) where allowed.rawValue & GIT_CREDENTIAL_USERPASS_PLAINTEXT.rawValue != 0:
            return git_credential_userpass_plaintext_new(out, address.scheme == .ssh ? login : username, token)
        case .sshKey(let path, let passphrase) where allowed.rawValue & GIT_CREDENTIAL_SSH_KEY.rawValue != 0:
            return git_credential_ssh_key_new(out, login, nil, path, passphrase)
        case .sshKeyText(let key) where allowed.rawValue & GIT_CREDENTIAL_SSH_MEMORY.rawValue != 0:
            return git_credential_ssh_key_memory_new(out, login, nil, key, nil)
        case .sshAgent where allowed.rawValue & GIT_CREDENTIAL_SSH_KEY.rawValue != 0:
            return git_credential_ssh_key_from_agent(out, login)
        default:
            return refuse(missing(allowed), code: GIT_EAUTH)
        }
    }

    private func missing(_ allowed: git_credential_t) -> GitError {
        let wanted = address.scheme == .ssh ? "an ssh key" : "a user name and a token"
        let given = credential == .none ? "none is set" : "only \(credential) is set"
        return error(
            .authentication, "the server asks for \(wanted), and \(given)",
            remedy: "Set a credential for this repository, or check that the address is right: forges ask for one "
                + "where a repository does not exist, too.")
    }

    private func rejection() -> GitError {
        var remedy = "Check that it has not expired and may read this repository."
        if address.scheme == .ssh {
            remedy =
                "Check that the server has its public half. Debian's libssh2 signs with RSA keys in a way that "
                + "OpenSSH refuses since 8.8: an Ed25519 key works."
        }
        return error(.authentication, "the server refused \(credential)", remedy: remedy)
    }
}
