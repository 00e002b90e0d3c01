import Signing
import Testing

@Suite("Authenticated encryption")
struct AuthenticatedEncryptionTests {
    private let key = [UInt8](0..<32)

    @Test("a sealed text opens with its key and its associated data", arguments: ["", "x", "a secret of some length"])
    func roundTrip(text: String) throws {
        let sealed = try AuthenticatedEncryption.seal(Array(text.utf8), key: key, associated: [1, 2])
        #expect(sealed.count == text.utf8.count + 28)
        #expect(try AuthenticatedEncryption.open(sealed, key: key, associated: [1, 2]) == Array(text.utf8))
    }

    @Test("the same text is never sealed the same way twice")
    func nonces() throws {
        #expect(try AuthenticatedEncryption.seal([7], key: key) != AuthenticatedEncryption.seal([7], key: key))
    }

    @Test("every changed byte is noticed")
    func changes() throws {
        let sealed = try AuthenticatedEncryption.seal(Array("text".utf8), key: key, associated: [1])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: SigningError.notAuthentic) {
                try AuthenticatedEncryption.open(changed, key: key, associated: [1])
            }
        }
        #expect(throws: SigningError.notAuthentic) { try AuthenticatedEncryption.open(sealed, key: key) }
    }

    @Test("a text that GCM's authors sealed opens")
    func vector() throws {
        let sealed = try #require(
            Hexadecimal.bytes(
                "000000000000000000000000" + "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"))
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(try AuthenticatedEncryption.open(sealed, key: zeros) == [UInt8](repeating: 0, count: 16))
    }

    @Test("short keys and short texts are refused")
    func refused() {
        #expect(throws: SigningError.keyLength(3)) { try AuthenticatedEncryption.seal([1], key: [1, 2, 3]) }
        #expect(throws: SigningError.sealedTextTooShort(27)) {
            try AuthenticatedEncryption.open([UInt8](repeating: 0, count: 27), key: key)
        }
    }

    @Test("random bytes have the length asked for and differ")
    func random() throws {
        #expect(try RandomBytes.make(count: 0).isEmpty)
        #expect(try RandomBytes.make(count: 32) != RandomBytes.make(count: 32))
        #expect(try RandomBytes.hexadecimal(count: 16).count == 32)
    }
}
