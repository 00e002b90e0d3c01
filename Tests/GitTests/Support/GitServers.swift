import Git
import Glibc

/// The servers that a repository is fetched from in the tests, each the real program.
enum GitServers {
    /// `git http-backend` behind the server that the whole project's tests share.
    static func http(root: String, _ options: String...) throws -> (server: ServerProcess, url: String) {
        let script = "\(#filePath.prefix(upTo: #filePath.lastRange(of: "/GitTests/")))/Support/git_http_server.py"
        var command = Command("python3", script, root, "--until-input-ends")
        command.arguments += options
        let server = try ServerProcess(command) { Int($0) != nil }
        let scheme = options.contains("--certificate") ? "https" : "http"
        return (server, "\(scheme)://127.0.0.1:\(server.readyLine)")
    }

    static func daemon(root: String) throws -> (server: ServerProcess, url: String) {
        let port = try freePort()
        // Itself, and not through "git", whose end it would outlive.
        let programs = try Command("git", "--exec-path").output().split(whereSeparator: \.isNewline).first.map(String.init)
        let command = Command(
            "\(programs ?? "")/git-daemon", "--export-all", "--reuseaddr", "--verbose", "--listen=127.0.0.1", "--port=\(port)",
            "--base-path=\(root)", root)
        return (try ServerProcess(command) { $0.contains("Ready to rumble") }, "git://127.0.0.1:\(port)")
    }

    /// OpenSSH on the loopback address, with keys of its own and one that may log in.
    static func ssh(in folder: TemporaryFolder) throws -> SSHServer {
        for (name, type) in [("host_ed25519", "ed25519"), ("host_ecdsa", "ecdsa"), ("login", "ed25519"), ("stranger", "ed25519")]
        {
            try Command("ssh-keygen", "-q", "-t", type, "-N", "", "-f", "\(folder.path)/\(name)").output()
        }
        try Command("cp", "\(folder.path)/login.pub", "\(folder.path)/authorized_keys").output()
        // sshd wants the folder for its unprivileged half, which an init script makes on a real machine.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        let port = try freePort()
        try folder.write(
            """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(folder.path)/host_ed25519
            HostKey \(folder.path)/host_ecdsa
            AuthorizedKeysFile \(folder.path)/authorized_keys
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin yes
            PidFile none

            """, to: "sshd_config")
        let command = Command("/usr/sbin/sshd", "-D", "-e", "-f", "\(folder.path)/sshd_config")
        let server = try ServerProcess(command) { $0.contains("Server listening on 127.0.0.1") }
        let user = String(cString: getpwuid(getuid()).pointee.pw_name)
        return SSHServer(process: server, port: port, user: user, folder: folder)
    }

    struct SSHServer {
        let process: ServerProcess
        let port: Int
        let user: String
        let folder: TemporaryFolder

        var credential: GitCredential { .sshKey(privateKeyPath: "\(folder.path)/login") }

        func url(_ path: String) -> String { "ssh://\(user)@127.0.0.1:\(port)\(path)" }

        /// The public half of one of its keys: type and base64.
        func publicKey(_ name: String) throws -> String {
            try folder.read("\(name).pub").split(separator: " ").prefix(2).joined(separator: " ")
        }

        /// Writes a known-hosts file and gives it.
        func knownHosts(_ lines: String...) throws -> KnownHosts {
            try folder.write(lines.map { $0 + "\n" }.joined(), to: "known_hosts")
            return KnownHosts("\(folder.path)/known_hosts")
        }
    }

    /// A port that was free a moment ago.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
            }
        }
        guard code == 0 else { throw Command.Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

extension String {
    /// Where a text occurs last.
    func lastRange(of text: String) -> String.Index {
        var found = startIndex
        var search = startIndex..<endIndex
        while let range = self[search].firstRange(of: text) {
            found = range.lowerBound
            search = range.upperBound..<endIndex
        }
        return found
    }
}
