import Testing

@testable import OpenIDConnect

@Suite struct ProviderAddressTests {
    @Test(
        "addresses are by https, or on this machine",
        arguments: [
            ("https://login.example.org/token", "https://login.example.org", "/token"),
            ("https://login.example.org", "https://login.example.org", "/"),
            ("HTTPS://login.example.org:8443?a=b", "https://login.example.org:8443", "/?a=b"),
            ("http://127.0.0.1:9000/x?y", "http://127.0.0.1:9000", "/x?y"), ("http://[::1]:9000/", "http://[::1]:9000", "/"),
            ("http://localhost/a", "http://localhost", "/a"),
        ])
    func good(text: String, origin: String, path: String) throws {
        let address = try #require(ProviderAddress(text))
        #expect(address.origin == origin && address.path == path)
    }

    @Test(
        "others are none",
        arguments: [
            "http://login.example.org/token", "http://localhost.evil.example/", "http://127.0.0.1@evil.example/",
            "ftp://localhost/",
            "https://", "https:///token", "login.example.org", "https://a b/", "https://u:p@login.example.org/", "https://a/#x",
            "https://a\\b/", "javascript://localhost/%0aalert(1)",
        ])
    func bad(text: String) { #expect(ProviderAddress(text) == nil) }

    @Test("what is added to a query is escaped")
    func query() throws {
        let plain = try #require(ProviderAddress("https://a/authorize"))
        #expect(
            plain.adding([("scope", "openid mail"), ("x", "&=é")]) == "https://a/authorize?scope=openid%20mail&x=%26%3D%C3%A9")
        #expect(try #require(ProviderAddress("https://a/?t=1")).adding([("x", "y")]) == "https://a/?t=1&x=y")
    }
}
