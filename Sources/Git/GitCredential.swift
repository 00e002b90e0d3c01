/// With what a server is asked to let us read.
///
/// The texts below are secrets or lead to them: print none, and encode the value for a child process's pipe only.
public enum GitCredential: Sendable, Hashable, Codable {
    /// Nothing; a server that asks for more ends the fetch with `GitError.Kind.authentication`.
    case none
    /// A private key file for ssh. Ed25519 or ECDSA: Debian's libssh2 signs with RSA keys in a way that servers refuse.
    case sshKey(privateKeyPath: String, passphrase: String? = nil)
    /// The text of a private key for ssh, which lies in no file.
    case sshKeyText(String)
    /// A user name and a password or access token, for http and https. GitHub takes any name beside a token.
    case token(username: String = "x-access-token", token: String)
    /// Whatever keys the agent of `SSH_AUTH_SOCK` holds.
    case sshAgent
}

extension GitCredential: CustomStringConvertible, CustomDebugStringConvertible {
    /// The form of the credential, never its content.
    public var description: String {
        switch self {
        case .none: "no credential"
        case .sshKey(let path, _): "the ssh key \(path)"
        case .sshKeyText: "an ssh key"
        case .token(let username, _): "a token of \(username)"
        case .sshAgent: "the ssh agent"
        }
    }

    public var debugDescription: String { description }
}
