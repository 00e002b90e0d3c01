internal import Glibc

/// What a sandbox lets its processes see and change. Everything that is not listed does not exist in it.
public struct SandboxPolicy: Sendable, Hashable {
    /// A path of the host and where it appears in the sandbox.
    public struct Binding: Sendable, Hashable {
        public var source: String
        public var destination: String

        /// `destination` is `source` where it isn't given.
        public init(_ source: String, at destination: String? = nil) {
            self.source = source
            self.destination = destination ?? source
        }
    }

    /// The folders of the system that appear read-only where the host has them.
    public static let systemFolders = [
        "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt",
    ]

    /// Files of `/etc` that only root may read. They are masked when the daemon runs as root, as its jobs would be root too.
    public static let rootOnlyPaths = [
        "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/ssl/private", "/etc/sudoers", "/etc/sudoers.d",
        "/etc/krb5.keytab", "/etc/ssh/ssh_host_rsa_key", "/etc/ssh/ssh_host_ecdsa_key", "/etc/ssh/ssh_host_ed25519_key",
    ]

    /// More that can be read; a missing one is an error, so that a mistake in the settings shows.
    public var readable: [Binding] = []
    /// More that can be changed: the job's HOME and workspace above all.
    public var writable: [Binding] = []
    /// Files and folders inside the above that can't be seen: the daemon's state, secrets. A folder appears empty, a file can't
    /// be read. Missing ones are skipped. What is writable and lies inside a hidden folder stays visible.
    public var hidden: [String] = []
    /// Device files that can be opened, at the same path; missing ones are an error.
    public var devices: [String] = []
    /// A folder of the host that becomes `/tmp`; nil: a `/tmp` in memory, which counts as the job's memory.
    public var temporaryFolder: String?
    /// Whether the host's network is shared. Otherwise there is a loopback of its own and nothing else.
    public var sharesNetwork = true
    public var hostName: String? = "slipway"
    /// Whether it has a user namespace where the host allows one. Needed by an ordinary user; without it a daemon that runs as
    /// root can start processes under another user (`ProcessSpecification.identity`).
    public var separatesUsers = true
    /// The user that processes believe they are, by number; needs `separatesUsers`. Nil: the daemon's own.
    public var apparentUser: ProcessUser?

    public init(readable: [Binding] = [], writable: [Binding] = [], hidden: [String] = []) {
        self.readable = readable
        self.writable = writable
        self.hidden = hidden
    }
}
