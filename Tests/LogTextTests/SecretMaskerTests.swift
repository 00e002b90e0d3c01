import LogText
import Testing

@Suite("Secret masker")
struct SecretMaskerTests {
    @Test(
        "a secret is hidden in every form in which programs print it",
        arguments: [
            ("top/secret+value", "echo top/secret+value!", "echo ***!"),
            ("say \"hello\" twice", #"say \"hello\" twice"#, "***"),
            ("a b&c=d", "?q=a%20b%26c%3Dd&x", "?q=***&x"),
            ("a b&c=d", "?q=a+b%26c%3Dd", "?q=***"),
            ("a b&c=d", "a%20b%26c%3dd", "***"),
            ("<tag> & 'quote'", "&lt;tag&gt; &amp; &apos;quote&apos;", "***"),
            ("<tag> & 'quote'", "&lt;tag&gt; &amp; &#39;quote&#39;", "***"),
            ("it's secret", #"+ echo 'it'\''s secret'"#, "+ echo '***'"),
            ("it's secret", "it''s secret", "***"),
            ("cost $5 now", #"cost\ \$5\ now"#, "***"),
            ("grüße dich", #"{"v":"gr\u00fc\u00dfe dich"}"#, #"{"v":"***"}"#),
            ("hunter2", "68756e74657232 68756E74657232", "*** ***"),
            ("<b>word", #"\u003cb\u003eword"#, "***"),
            ("\"quoted secret\"", "quoted secret", "***"),
        ])
    func forms(secret: String, text: String, expected: String) {
        #expect(SecretMasker(secrets: [secret]).masked(text) == expected)
    }

    @Test(
        "Base64 is hidden wherever the secret stands in the encoded text",
        arguments: [
            ("secret-value", "c2VjcmV0LXZhbHVl", "***"),
            ("secret-value", "eHNlY3JldC12YWx1ZQ==", "eHNl***"),
            ("secret-value", "eHNlY3JldC12YWx1ZQ", "eHNl***"),
            ("secret-value", "eHhzZWNyZXQtdmFsdWU=", "eHhz***"),
            ("secret-value", "eHNlY3JldC12YWx1ZTogbW9yZQ==", "eHNl***TogbW9yZQ=="),
            ("\u{3ff}\u{3fe}secret?>?>", "z7_PvnNlY3JldD8-Pz4", "***"),
        ])
    func base64(secret: String, text: String, expected: String) {
        #expect(SecretMasker(secrets: [secret]).masked(text) == expected)
    }

    @Test("each line of a secret with several lines is hidden, but not its punctuation")
    func lines() {
        let masker = SecretMasker(secrets: ["-----BEGIN KEY-----\r\n  c29tZSBrZXk\n{\n}\n-----END KEY-----\n"])
        #expect(masker.masked("x c29tZSBrZXk y") == "x *** y")
        #expect(masker.masked("-----END KEY-----") == "***")
        #expect(masker.masked("if {\n}") == "if {\n}")
    }

    @Test("the strings in a JSON secret are hidden, its keys and short words are not")
    func members() {
        let masker = SecretMasker(secrets: [#"{"user": "deploy-bot", "keys": ["k3y\nsecond", "us"], "port": 22}"#])
        #expect(masker.masked("user deploy-bot keys k3y second us 22") == "user *** keys *** *** us 22")
    }

    @Test(
        "occurrences that overlap or touch become one",
        arguments: [
            (["aaaa"], "aaaaaaa b", "*** b"), (["abcdef", "defghi"], "xabcdefghix", "x***x"),
            (["abcd", "efgh"], "abcdefgh", "***"), (["abcd", "efgh"], "abcd efgh", "*** ***"), (["a"], "banana", "b***n***n***"),
        ])
    func overlaps(secrets: [String], text: String, expected: String) {
        #expect(SecretMasker(secrets: secrets).masked(text) == expected)
    }

    @Test(
        "what PowerShell prints around an ampersand is hidden from six characters on",
        arguments: [
            ("first1&second2", "first1& second2", "*** ***"), ("one&two", "one& two", "one& two"),
            ("first1&+second2", "first1&+ econd2", "*** ***"),
        ])
    func ampersand(secret: String, text: String, expected: String) {
        #expect(SecretMasker(secrets: [secret]).masked(text) == expected)
    }

    @Test("blank secrets hide nothing")
    func blank() {
        #expect(SecretMasker(secrets: ["", "  ", "\n"]).masked("a  b\nc") == "a  b\nc")
    }

    @Test("a secret that is added later is hidden from then on")
    func later() {
        var masker = SecretMasker()
        #expect(!masker.hides(partOf: "hunter22"))
        masker.add("hunter22")
        #expect(masker.masked("hunter22") == "***")
        #expect(masker.hides(partOf: "my hunter22"))
    }

    @Test("bytes that are not UTF-8 stay as they are")
    func bytes() {
        var bytes: [UInt8] = [0xFF, 0x73, 0x33, 0x63, 0x72, 0xFE]
        SecretMasker(secrets: ["s3cr"]).mask(&bytes)
        #expect(bytes == [0xFF, 0x2A, 0x2A, 0x2A, 0xFE])
    }

    @Test("secrets of every length are found at every place of a long text", arguments: [1, 2, 3, 4, 5, 8, 13, 70, 300])
    func everyPlace(length: Int) {
        let secret = String((0..<length).map { Character(Unicode.Scalar(UInt8(65 + $0 % 26))) })
        let masker = SecretMasker(secrets: [secret])
        for place in stride(from: 0, through: 3000, by: 37) {
            let text = String(repeating: ".", count: place) + secret + String(repeating: ".", count: 3000 - place)
            let expected = String(repeating: ".", count: place) + "***" + String(repeating: ".", count: 3000 - place)
            #expect(masker.masked(text) == expected)
        }
    }

    @Test("thousands of secrets are found together")
    func many() {
        let secrets = (0..<1500).map { "secret-number-\($0)-of-many" }
        let masker = SecretMasker(secrets: secrets)
        #expect(masker.masked(secrets.joined(separator: "\n")) == Array(repeating: "***", count: 1500).joined(separator: "\n"))
    }
}
