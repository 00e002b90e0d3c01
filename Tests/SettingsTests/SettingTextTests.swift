import Settings
import Testing

@testable import enum Settings.ByteSize
@testable import struct Settings.URLParts

@Suite struct SettingTextTests {
    @Test(
        "a duration is a chain of numbers with units, the greatest first",
        arguments: [
            ("30s", .seconds(30)), ("5m", .seconds(300)), ("1h", .seconds(3600)), ("1h30m", .seconds(5400)),
            ("7d", .seconds(604_800)),
            ("500ms", .milliseconds(500)), ("1m500ms", .milliseconds(60_500)), ("0s", .zero), ("90m", .seconds(5400)),
            ("30", nil), ("", nil), ("s", nil), ("1m1h", nil), ("1m1m", nil), ("-1s", nil), ("1.5h", nil), ("1 h", nil),
            ("1w", nil),
            ("99999999999999999999s", nil), ("9999999999999d", nil), ("36525d1ms", nil), ("٣s", nil),
        ] as [(String, Duration?)])
    func duration(text: String, expected: Duration?) {
        #expect(Duration(settingText: text) == expected)
    }

    @Test("a duration's text is read as the same duration", arguments: ["30s", "1h30m", "1d1ms", "0s", "2d3h4m5s6ms"])
    func durationText(text: String) {
        #expect(Duration(settingText: text)?.settingText == text)
    }

    @Test(
        "a size is a number and a unit",
        arguments: [
            ("10MiB", 10 << 20), ("1GiB", 1 << 30), ("1GB", 1_000_000_000), ("512 KiB", 512 << 10), ("0B", 0), ("7B", 7),
            ("1kB", 1000),
            ("10", nil), ("", nil), ("MiB", nil), ("1mib", nil), ("-1B", nil), ("1.5GiB", nil), ("9999999999TiB", nil),
        ] as [(String, Int?)])
    func size(text: String, expected: Int?) {
        #expect(ByteSize.bytes(text) == expected)
        if let expected { #expect(ByteSize.bytes(ByteSize.text(expected)) == expected) }
    }

    @Test(
        "an address to listen on has a host and a port",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080, true), ("localhost:0", "localhost", 0, true), ("[::1]:80", "::1", 80, true),
            ("127.9.9.9:1", "127.9.9.9", 1, true), ("0.0.0.0:8080", "0.0.0.0", 8080, false), ("[::]:80", "::", 80, false),
            ("127.evil.example.org:80", "127.evil.example.org", 80, false),
            ("127.0.0.1.example.org:80", "127.0.0.1.example.org", 80, false),
        ])
    func listenAddress(text: String, host: String, port: Int, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.isLoopback == isLoopback)
        #expect(address.description == text)
    }

    @Test(
        "what is no address is refused",
        arguments: ["8080", ":8080", "127.0.0.1", "::1:80x", "a:65536", "a:-1", "a b:1", "http://a:1"])
    func noAddress(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test("a URL is split into its parts")
    func url() throws {
        let parts = try #require(URLParts("HTTPS://u:p@Example.org:8443/a/b?c#d"))
        #expect(parts.scheme == "https")
        #expect(parts.user == "u:p")
        #expect(parts.authority == "example.org:8443")
        #expect(parts.path == "/a/b")
        #expect(URLParts("https://[::1]:80/")?.host == "[::1]")
        #expect(URLParts("https://a b/") == nil)
        #expect(URLParts("https://a:99999/") == nil)
    }
}
