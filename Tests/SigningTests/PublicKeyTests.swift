import Testing

@testable import Signing

@Suite struct PublicKeyTests {
    /// The example of RFC 7515, appendix A.3: a signature on P-256.
    private static let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    private static let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    private static let message =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    private static let signature =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

    @Test("the signature of the RFC's example is valid, and no other is")
    func curve() throws {
        let key = PublicKey.p256(x: try #require(Base64URL.bytes(Self.x)), y: try #require(Base64URL.bytes(Self.y)))
        let message = Array(Self.message.utf8)
        let signature = try #require(Base64URL.bytes(Self.signature))
        #expect(try key.verifies(signature, of: message, algorithm: .es256))
        #expect(try !key.verifies(signature, of: message + [0], algorithm: .es256))
        #expect(try !key.verifies(signature.reversed(), of: message, algorithm: .es256))
        #expect(try !key.verifies([], of: message, algorithm: .es256))
        #expect(try !key.verifies([UInt8](repeating: 0, count: 64), of: message, algorithm: .es256))
        #expect(try !key.verifies(signature, of: message, algorithm: .rs256))
    }

    @Test("keys that can be broken, or are none, are refused")
    func unfit() throws {
        let big = [UInt8](repeating: 0xFF, count: 256)
        for (modulus, exponent) in [
            ([UInt8](repeating: 0xFF, count: 128), [1, 0, 1]), ([], [1, 0, 1]), ([0] + big.dropLast(), [1, 0, 1]),
            ([UInt8](repeating: 0xFF, count: 2048), [1, 0, 1]), (big, []), (big, [1]), (big, [2]), (big, [1, 0, 0, 0, 0, 1]),
        ] as [([UInt8], [UInt8])] {
            #expect(throws: SigningError.self) {
                try PublicKey.rsa(modulus: modulus, exponent: exponent).verifies(big, of: [], algorithm: .rs256)
            }
        }
        for (x, y) in [([UInt8](repeating: 1, count: 32), [UInt8](repeating: 1, count: 32)), ([], [])] {
            #expect(throws: SigningError.self) {
                try PublicKey.p256(x: x, y: y).verifies([UInt8](repeating: 1, count: 64), of: [], algorithm: .es256)
            }
        }
    }

    @Test(
        "bytes have one text each",
        arguments: [
            ([], ""), ([0x66], "Zg"), ([0x66, 0x6F], "Zm8"), ([0x66, 0x6F, 0x6F], "Zm9v"), ([0xFB, 0xFF, 0xFE], "-__-"),
        ]
            as [([UInt8], String)])
    func base64(bytes: [UInt8], text: String) {
        #expect(Base64URL.text(bytes) == text && Base64URL.bytes(text) == bytes)
    }

    @Test("another text is refused", arguments: ["Zg==", "Zh", "Z", "Zm9vZ", "Zm+v", "Zm/v", "Zm9v\n", "Zm 9v", "é"])
    func notBase64(text: String) { #expect(Base64URL.bytes(text) == nil) }
}
