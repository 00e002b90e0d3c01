import FoundationEssentials
import Git
import Testing

@Suite struct RemoteAddressTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let text: String
        let scheme: RemoteAddress.Scheme
        var user: String?
        var host: String?
        var port: Int?
        let path: String
        let identity: String
        var testDescription: String { text }
    }

    static let examples = [
        Example(text: "/srv/model.git", scheme: .path, path: "/srv/model.git", identity: "/srv/model"),
        Example(text: "../model/", scheme: .path, path: "../model/", identity: "../model"),
        Example(text: "/srv/./a/../model", scheme: .path, path: "/srv/./a/../model", identity: "/srv/model"),
        Example(text: "./odd:name", scheme: .path, path: "./odd:name", identity: "odd:name"),
        Example(text: "file:///srv/a%20b.git", scheme: .file, path: "/srv/a b.git", identity: "/srv/a b"),
        Example(
            text: "https://GitHub.com/Team/Model.git", scheme: .https, host: "github.com", path: "/Team/Model.git",
            identity: "github.com/Team/Model"),
        Example(
            text: "https://forge.example:8443/t/m", scheme: .https, host: "forge.example", port: 8443, path: "/t/m",
            identity: "forge.example:8443/t/m"),
        Example(
            text: "http://forge.example:80/t//m/", scheme: .http, host: "forge.example", port: 80, path: "/t//m/",
            identity: "forge.example/t/m"),
        Example(
            text: "ssh://git@forge.example:22/t/m.git", scheme: .ssh, user: "git", host: "forge.example", port: 22,
            path: "/t/m.git", identity: "forge.example/t/m"),
        Example(
            text: "ssh://git@[2001:db8::1]:2222/t/m", scheme: .ssh, user: "git", host: "2001:db8::1", port: 2222, path: "/t/m",
            identity: "2001:db8::1:2222/t/m"),
        Example(
            text: "git@github.com:team/model.git", scheme: .ssh, user: "git", host: "github.com", path: "team/model.git",
            identity: "github.com/team/model"),
        Example(text: "forge:m", scheme: .ssh, host: "forge", path: "m", identity: "forge/m"),
        Example(
            text: "git@[forge.example:2222]:t/m.git", scheme: .ssh, user: "git", host: "forge.example", port: 2222,
            path: "t/m.git", identity: "forge.example:2222/t/m"),
        Example(text: "git@[::1]:/srv/m", scheme: .ssh, user: "git", host: "::1", path: "/srv/m", identity: "::1/srv/m"),
        Example(
            text: "git://forge.example/m.git", scheme: .git, host: "forge.example", path: "/m.git", identity: "forge.example/m"),
    ]

    @Test("every form of address is taken apart", arguments: examples)
    func parsing(_ example: Example) throws {
        let address = try RemoteAddress(parsing: example.text)
        #expect(address.scheme == example.scheme)
        #expect(address.user == example.user)
        #expect(address.host == example.host)
        #expect(address.port == example.port)
        #expect(address.path == example.path)
        #expect(address.identity == example.identity)
    }

    @Test(
        "addresses of one repository have one identity",
        arguments: [
            "git@github.com:team/model.git", "git@GitHub.com:/team/model", "ssh://git@github.com/team/model.git/",
            "ssh://git@github.com:22/team/model", "https://github.com/team/model",
            "https://someone@github.com:443/team/model.git",
            "http://github.com:80/team/model.git", "git://github.com:9418/team/model",
        ])
    func identity(_ text: String) throws {
        let configured = try RemoteAddress(parsing: "https://github.com/team/model.git")
        #expect(try RemoteAddress(parsing: text).isSameRepository(as: configured))
    }

    @Test(
        "another repository has another identity",
        arguments: [
            "https://github.com/team/other", "https://github.com/Team/model", "https://github.com:8443/team/model",
            "https://gitlab.com/team/model",
        ])
    func difference(_ text: String) throws {
        let configured = try RemoteAddress(parsing: "https://github.com/team/model.git")
        #expect(try !RemoteAddress(parsing: text).isSameRepository(as: configured))
    }

    @Test("a password in an address becomes a credential and is shown nowhere")
    func password() throws {
        let address = try RemoteAddress(parsing: "https://ada:s3cr%40t@forge.example/t/m.git")
        #expect(address.text == "https://ada@forge.example/t/m.git")
        #expect(address.embeddedCredential == .token(username: "ada", token: "s3cr@t"))
        #expect(!"\(address)".contains("s3cr"))
        #expect(!String(decoding: try JSONEncoder().encode([address]), as: UTF8.self).contains("s3cr"))
        #expect(!"\(GitCredential.token(token: "s3cr@t"))".contains("s3cr"))
    }

    @Test(
        "what is no address is refused with the reason",
        arguments: [
            ("", "empty"), ("ftp://host/x", "'ftp' is no scheme"), ("https:///x", "no host"), ("https://host", "no repository"),
            ("https://host:port/x", "'port' is no port"), ("https://host:70000/x", "no port"), ("host:", "no repository"),
            ("file://relative", "absolute"), ("ssh://-oProxyCommand=x/y", "dash"), ("-u:x", "dash"), ("https://a/\n", "control"),
        ])
    func refusal(_ text: String, _ reason: String) {
        let error = #expect(throws: GitError.self) { try RemoteAddress(parsing: text) }
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("a refusal does not repeat the password")
    func refusalHidesPassword() {
        let error = #expect(throws: GitError.self) { try RemoteAddress(parsing: "https://ada:s3cret@host:x/y") }
        #expect(error.map { !"\($0)".contains("s3cret") } == true)
    }

    @Test(
        "a repository is named after the end of its address",
        arguments: [("https://h/team/model.git", "model"), ("h:model.git/", "model"), ("/srv/a b", "a b")])
    func name(_ text: String, _ name: String) throws {
        #expect(try RemoteAddress(parsing: text).repositoryName == name)
    }
}
