import Signing
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "has the digests of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func digests(text: String, expected: String) {
        #expect(SHA256.hexadecimal(text) == expected)
    }

    @Test("does not depend on the pieces in which bytes come, and starts anew")
    func pieces() {
        let digest = SHA256()
        for byte in "abc".utf8 { digest.update([byte]) }
        #expect(digest.finishHexadecimal() == SHA256.hexadecimal("abc"))
        #expect(digest.finishHexadecimal() == SHA256.hexadecimal(""))
    }

    @Test("hexadecimal digits are read back, anything else is not")
    func hexadecimal() {
        #expect(Hexadecimal.bytes("00fFa0") == [0, 255, 160])
        #expect(Hexadecimal.text([0, 255, 160]) == "00ffa0")
        #expect(Hexadecimal.bytes("0") == nil)
        #expect(Hexadecimal.bytes("0g") == nil)
    }
}
