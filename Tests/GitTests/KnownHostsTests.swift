import Testing

@testable import Git

@Suite struct KnownHostsTests {
    private static let key = "AAAAC3NzaC1lZDI1NTE5AAAAIGJhc2U2NGJhc2U2NGJhc2U2NGJhc2U2NGJhc2U2NDAw"

    private func entry(_ names: String) -> KnownHostEntry? {
        KnownHostEntry(line: "\(names) ssh-ed25519 \(Self.key) comment"[...], number: 1)
    }

    @Test(
        "names in a known-hosts file match as sshd says",
        arguments: [
            ("forge.example", "forge.example", 22, true), ("forge.example", "forge.example", 2222, false),
            ("[forge.example]:2222", "forge.example", 2222, true), ("a,forge.example,b", "FORGE.example", 22, true),
            ("*.example", "forge.example", 22, true), ("*.example,!forge.example", "forge.example", 22, false),
            ("forge.exampl?", "forge.example", 22, true), ("forge", "forge.example", 22, false), ("*", "x", 22, true),
            ("[*.example]:2222", "forge.example", 2222, true),
        ])
    func names(_ pattern: String, _ host: String, _ port: Int, _ isMatch: Bool) throws {
        #expect(try #require(entry(pattern)).matches(host: host, port: port) == isMatch)
    }

    @Test("names that ssh-keygen has hashed are recognised", arguments: [("forge.example", 22), ("[forge.example]:2222", 2222)])
    func hashed(_ name: String, _ port: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write("\(name) ssh-ed25519 \(Self.key)\n", to: "known_hosts")
        try Command("ssh-keygen", "-q", "-H", "-f", "\(folder.path)/known_hosts").output()
        #expect(try folder.read("known_hosts").hasPrefix("|1|"))
        let hosts = KnownHosts("\(folder.path)/known_hosts")
        #expect(try hosts.entries(host: "forge.example", port: port).count == 1)
        #expect(try hosts.entries(host: "other.example", port: port).isEmpty)
    }

    @Test(
        "lines that are no entry are passed over",
        arguments: [
            "", "# forge ssh-ed25519 AAAA", "@cert-authority * ssh-ed25519 AAAA", "forge ssh-ed25519", "forge ssh-ed25519 ???",
            "|2|a|b ssh-ed25519 AAAA",
        ])
    func others(_ line: String) {
        #expect(KnownHostEntry(line: line[...], number: 1) == nil)
    }

    @Test("a key is trusted, unknown, changed or revoked")
    func verdicts() throws {
        let key = try #require(Base64.decode(Self.key))
        let known = try #require(entry("forge"))
        #expect(KnownHosts.verdict(on: key, type: "ssh-ed25519", entries: [known]) == .trusted)
        #expect(KnownHosts.verdict(on: key, type: "ssh-ed25519", entries: []) == .unknown(otherTypes: []))
        #expect(KnownHosts.verdict(on: [1], type: "ssh-ed25519", entries: [known]) == .mismatch(line: 1))
        #expect(KnownHosts.verdict(on: [1], type: "ssh-rsa", entries: [known]) == .unknown(otherTypes: ["ssh-ed25519"]))
        let revoked = try #require(KnownHostEntry(line: "@revoked forge ssh-ed25519 \(Self.key)"[...], number: 7))
        #expect(KnownHosts.verdict(on: key, type: "ssh-ed25519", entries: [known, revoked]) == .revoked(line: 7))
    }

    @Test("a file that is missing trusts nobody")
    func missing() throws {
        #expect(try KnownHosts("/nonexistent/known_hosts").entries(host: "forge", port: 22).isEmpty)
    }

    @Test("base64 is what it is elsewhere", arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func base64(_ text: String) throws {
        let encoded = Base64.encode(Array(text.utf8))
        let expected = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy",
        ]
        #expect(encoded == expected[text])
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }
}
