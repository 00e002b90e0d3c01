import Testing

@testable import slipway

struct RemoteDaemonTests {
    @Test(
        "the address of a daemon's page is taken by its origin",
        arguments: [
            ("https://ci.example.org", "https://ci.example.org", false),
            ("HTTPS://ci.example.org:8443/", "https://ci.example.org:8443", false),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", true), ("http://[::1]:8080", "http://[::1]:8080", true),
            ("http://localhost", "http://localhost", true),
        ])
    func origins(text: String, origin: String, isLoopback: Bool) throws {
        let daemon = try RemoteDaemon(text, saidBy: "--url")
        #expect(daemon.origin == origin && daemon.isLoopback == isLoopback)
    }

    @Test(
        "what is no such address, or would show the token to a network, is refused",
        arguments: [
            ("ci.example.org", "is the address of a daemon's page"),
            ("ftp://ci.example.org", "is the address of a daemon's page"),
            ("https://", "is the address of a daemon's page"),
            ("https://me:secret@ci.example.org", "is the address of a daemon's page"),
            ("https://ci.example.org/slipway", "without a path"),
            ("https://ci.example.org/?a=b", "without a path"),
            ("http://ci.example.org", "has to begin with https://"),
            ("http://127.0.0.1.example.org", "has to begin with https://"),
        ])
    func refused(text: String, words: String) {
        let failure = #expect(throws: CommandFailure.self) { try RemoteDaemon(text, saidBy: "SLIPWAY_URL") }
        #expect(failure?.message.contains(words) == true && failure?.message.hasPrefix("SLIPWAY_URL") == true)
    }
}
