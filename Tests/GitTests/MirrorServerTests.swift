import Git
import Glibc
import Testing

@Suite struct MirrorServerTests {
    /// Fetches from a server, pushes, fetches again, and holds both against what was pushed.
    private func expectIncrementalFetch(
        _ sample: SampleRepository, url: String, credential: GitCredential = .none, knownHosts: KnownHosts = .any
    ) throws {
        let first = try sample.commit("one", ["a": "1"])
        try sample.push("main")
        let mirror = try Mirror.open(at: sample.mirrorPath, remote: RemoteAddress(parsing: url))
        let report = try mirror.fetch(credential: credential, knownHosts: knownHosts)
        #expect(report.updates == [ReferenceUpdate(name: "refs/heads/main", old: nil, new: first, kind: .created)])
        #expect(report.defaultBranch == "refs/heads/main")
        let second = try sample.commit("two", ["a": "2"])
        try sample.push("main")
        let next = try mirror.fetch(credential: credential, knownHosts: knownHosts)
        #expect(next.updates == [ReferenceUpdate(name: "refs/heads/main", old: first, new: second, kind: .fastForward)])
        #expect(next.receivedObjects == 3)
        #expect(try mirror.fetch(credential: credential, knownHosts: knownHosts).updates.isEmpty)
        #expect(try mirror.file(at: "a", in: second) == Array("2".utf8))
    }

    private func error(
        _ sample: SampleRepository, url: String, credential: GitCredential = .none, knownHosts: KnownHosts = .any
    ) throws -> GitError? {
        let mirror = try Mirror.open(at: sample.mirrorPath, remote: RemoteAddress(parsing: url))
        return #expect(throws: GitError.self) { try mirror.fetch(credential: credential, knownHosts: knownHosts) }
    }

    @Test("git's own daemon is fetched from")
    func daemon() throws {
        let sample = try SampleRepository()
        let (server, url) = try GitServers.daemon(root: sample.root)
        try expectIncrementalFetch(sample, url: "\(url)/origin.git")
        #expect(try error(sample, url: "\(url)/none.git")?.kind == .notFound)
        withExtendedLifetime(server) {}
    }

    @Test("a server of smart HTTP is fetched from")
    func http() throws {
        let sample = try SampleRepository()
        let (server, url) = try GitServers.http(root: sample.root)
        try expectIncrementalFetch(sample, url: "\(url)/origin.git")
        #expect(try error(sample, url: "\(url)/none.git")?.kind == .notFound)
        withExtendedLifetime(server) {}
    }

    @Test("a token opens a private repository; a wrong one or none is an authentication error")
    func token() throws {
        let sample = try SampleRepository()
        let (server, url) = try GitServers.http(root: sample.root, "--token", "t0k3n")
        try expectIncrementalFetch(sample, url: "\(url)/origin.git", credential: .token(token: "t0k3n"))
        let missing = try error(sample, url: "\(url)/origin.git")
        #expect(missing?.kind == .authentication)
        #expect(missing?.reason.contains("none is set") == true)
        let wrong = try error(sample, url: "\(url)/origin.git", credential: .token(token: "wr0ng"))
        #expect(wrong?.kind == .authentication)
        #expect(wrong.map { "\($0)".contains("wr0ng") } == false)
        withExtendedLifetime(server) {}
    }

    @Test("a token that stands in the address is used")
    func embeddedToken() throws {
        let sample = try SampleRepository()
        let (server, url) = try GitServers.http(root: sample.root, "--token", "t0k3n")
        try expectIncrementalFetch(sample, url: "\(url.replacing("http://", with: "http://ada:t0k3n@"))/origin.git")
        withExtendedLifetime(server) {}
    }

    @Test(
        "an HTTP status says what is wrong",
        arguments: [
            (503, GitError.Kind.unreachable), (500, .unreachable), (429, .unreachable), (403, .authentication),
            (404, .notFound), (504, .timeout),
        ])
    func statuses(_ status: Int, _ kind: GitError.Kind) throws {
        let sample = try SampleRepository()
        let (server, url) = try GitServers.http(root: sample.root, "--fail-file", "\(sample.root)/down")
        try sample.folder.write("\(status)", to: "down")
        #expect(try error(sample, url: "\(url)/origin.git")?.kind == kind)
        withExtendedLifetime(server) {}
    }

    @Test("a server that comes back is fetched from as if nothing had been")
    func recovery() throws {
        let sample = try SampleRepository()
        let commit = try sample.commit("one")
        try sample.push("main")
        let (server, url) = try GitServers.http(root: sample.root, "--fail-file", "\(sample.root)/down")
        try sample.folder.write("", to: "down")
        let mirror = try Mirror.open(at: sample.mirrorPath, remote: RemoteAddress(parsing: "\(url)/origin.git"))
        let error = #expect(throws: GitError.self) { try mirror.fetch(knownHosts: .any) }
        #expect(error?.isTransient == true)
        unlink("\(sample.root)/down")
        #expect(try mirror.fetch(knownHosts: .any).updates.map(\.new) == [commit])
        withExtendedLifetime(server) {}
    }

    @Test(
        "a server that nobody can reach is told apart from one that says no",
        arguments: ["http://127.0.0.1:1/x", "git://127.0.0.1:1/x", "ssh://git@127.0.0.1:1/x", "http://name.invalid/x"])
    func unreachable(_ url: String) throws {
        let sample = try SampleRepository()
        let error = try error(sample, url: url, credential: .sshKey(privateKeyPath: "/nonexistent"))
        #expect(error?.kind == .unreachable, "\(String(describing: error))")
    }

    @Test("a certificate that nobody vouches for is refused")
    func certificate() throws {
        let sample = try SampleRepository()
        try Command(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "\(sample.root)/key.pem", "-out",
            "\(sample.root)/certificate.pem"
        ).output()
        let (server, url) = try GitServers.http(
            root: sample.root, "--certificate", "\(sample.root)/certificate.pem", "--key", "\(sample.root)/key.pem")
        let error = try error(sample, url: "\(url)/origin.git")
        #expect(error?.kind == .hostKeyMismatch, "\(String(describing: error))")
        withExtendedLifetime(server) {}
    }
}
