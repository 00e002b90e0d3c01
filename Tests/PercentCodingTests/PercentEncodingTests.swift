import PercentCoding
import Testing

@Suite struct PercentEncodingTests {
    @Test(
        "everything but unreserved characters is encoded, and comes back",
        arguments: [
            ("a-Z.0_9~", "a-Z.0_9~"), ("team/my app", "team%2Fmy%20app"), ("ü+&=?#%", "%C3%BC%2B%26%3D%3F%23%25"), ("", ""),
        ])
    func encoding(text: String, expected: String) {
        #expect(PercentEncoding.encoded(text) == expected)
        #expect(PercentEncoding.decoded(expected) == text)
    }

    @Test("a path keeps its slashes")
    func slashes() {
        #expect(PercentEncoding.encoded("team/my app", keepingSlash: true) == "team/my%20app")
    }

    @Test(
        "what is no escape stays as it is",
        arguments: [("100%", "100%"), ("%4", "%4"), ("%zz", "%zz"), ("%+1%20", "%+1 "), ("%c3%BC", "ü"), ("a+b", "a+b")])
    func decoding(text: String, expected: String) {
        #expect(PercentEncoding.decoded(text) == expected)
    }

    @Test("in a form, a plus sign is a blank")
    func forms() {
        #expect(PercentEncoding.decoded("a+b%2Bc", plusIsSpace: true) == "a b+c")
        #expect(PercentEncoding.decoded(Array("%00+%ff".utf8), plusIsSpace: true) == [0, 32, 255])
    }
}
