import Git
import Testing

/// OpenSSH's own server, with every way of trusting it or not.
@Suite struct MirrorSSHTests {
    private func fetch(
        _ sample: SampleRepository, _ url: String, _ credential: GitCredential, _ knownHosts: KnownHosts
    ) throws -> FetchReport {
        try Mirror.open(at: sample.mirrorPath, remote: RemoteAddress(parsing: url))
            .fetch(credential: credential, knownHosts: knownHosts)
    }

    @Test("a server whose key is known is fetched from, in both forms of address")
    func known() throws {
        let sample = try SampleRepository()
        let server = try GitServers.ssh(in: sample.folder)
        let first = try sample.commit("one")
        try sample.push("main")
        let hosts = try server.knownHosts("[127.0.0.1]:\(server.port) \(try server.publicKey("host_ed25519"))")
        let url = server.url(sample.origin)
        #expect(try fetch(sample, url, server.credential, hosts).updates.map(\.new) == [first])
        let second = try sample.commit("two")
        try sample.push("main")
        let short = "\(server.user)@[127.0.0.1:\(server.port)]:\(sample.origin)"
        #expect(try fetch(sample, short, server.credential, hosts).updates.map(\.new) == [second])
    }

    @Test("the type of key that is known decides which one the server presents", arguments: ["host_ed25519", "host_ecdsa"])
    func preference(_ key: String) throws {
        let sample = try SampleRepository()
        let server = try GitServers.ssh(in: sample.folder)
        try sample.commit("one")
        try sample.push("main")
        let name = "[127.0.0.1]:\(server.port)"
        let hosts = try server.knownHosts("\(name) \(try server.publicKey(key))")
        try Command("ssh-keygen", "-q", "-H", "-f", try #require(hosts.path)).output()
        #expect(try fetch(sample, server.url(sample.origin), server.credential, hosts).updates.count == 1)
    }

    @Test("a key that lies in no file opens the repository, whatever its end; one that is no key is refused")
    func keyText() throws {
        let sample = try SampleRepository()
        let server = try GitServers.ssh(in: sample.folder)
        try sample.commit("one")
        try sample.push("main")
        let key = try sample.folder.read("login")
        #expect(try fetch(sample, server.url(sample.origin), .sshKeyText(key), .any).updates.count == 1)
        #expect("\(GitCredential.sshKeyText(key))" == "an ssh key")
        let error = #expect(throws: GitError.self) {
            try fetch(sample, server.url(sample.origin), .sshKeyText("no key"), .any)
        }
        #expect(error?.kind == .authentication)
    }

    @Test("an unknown server is refused with its fingerprint and the way to add it")
    func unknown() throws {
        let sample = try SampleRepository()
        let server = try GitServers.ssh(in: sample.folder)
        let hosts = try server.knownHosts()
        let error = #expect(throws: GitError.self) {
            try fetch(sample, server.url(sample.origin), server.credential, hosts)
        }
        #expect(error?.kind == .hostKeyUnknown)
        let prints = try ["host_ed25519", "host_ecdsa"].map { name in
            try Command("ssh-keygen", "-l", "-f", "\(sample.root)/\(name).pub").output().split(separator: " ")[1]
        }
        #expect(prints.contains { error?.reason.contains($0) == true }, "\(String(describing: error))")
        #expect(error?.remedy.contains("ssh-keyscan -p \(server.port) 127.0.0.1 >> \(sample.root)/known_hosts") == true)
    }

    @Test("what ssh-keyscan says is what the remedy asks for")
    func scanned() throws {
        let sample = try SampleRepository()
        let server = try GitServers.ssh(in: sample.folder)
        try sample.commit("one")
        try sample.push("main")
        let lines = try Command("ssh-keyscan", "-p", "\(server.port)", "127.0.0.1").output()
        let hosts = try server.knownHosts(lines)
        #expect(try fetch(sample, server.url(sample.origin), server.credential, hosts).updates.count == 1)
    }

    @Test("a server that presents another key than the known one is refused")
    func mismatch() throws {
        let sample = try SampleRepository()
        let server = try GitServers.ssh(in: sample.folder)
        let name = "[127.0.0.1]:\(server.port)"
        let hosts = try server.knownHosts("# ours", "\(name) \(try server.publicKey("stranger"))")
        let error = #expect(throws: GitError.self) {
            try fetch(sample, server.url(sample.origin), server.credential, hosts)
        }
        #expect(error?.kind == .hostKeyMismatch)
        #expect(error?.reason.contains("known_hosts:2") == true, "\(String(describing: error))")
    }

    @Test("a key that the server doesn't know is an authentication error")
    func stranger() throws {
        let sample = try SampleRepository()
        let server = try GitServers.ssh(in: sample.folder)
        let error = #expect(throws: GitError.self) {
            try fetch(sample, server.url(sample.origin), .sshKey(privateKeyPath: "\(sample.root)/stranger"), .any)
        }
        #expect(error?.kind == .authentication, "\(String(describing: error))")
    }

    @Test("a repository that isn't on the server is reported as not found")
    func missing() throws {
        let sample = try SampleRepository()
        let server = try GitServers.ssh(in: sample.folder)
        let error = #expect(throws: GitError.self) {
            try fetch(sample, server.url("\(sample.root)/none.git"), server.credential, .any)
        }
        #expect(error?.kind == .notFound, "\(String(describing: error))")
    }
}
