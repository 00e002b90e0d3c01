import Signing
import Testing

@Suite struct PasswordDerivationTests {
    @Test("keys are those of RFC 7914's examples")
    func examples() throws {
        let first = try PasswordDerivation.key(
            of: "password", salt: Array("NaCl".utf8), cost: .init(logarithm: 10, blockSize: 8, parallelization: 16), count: 64)
        #expect(
            Hexadecimal.text(first) == """
                fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162\
                2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640
                """)
        let second = try PasswordDerivation.key(
            of: "pleaseletmein", salt: Array("SodiumChloride".utf8),
            cost: .init(logarithm: 14, blockSize: 8, parallelization: 1), count: 64)
        #expect(
            Hexadecimal.text(second) == """
                7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2\
                d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887
                """)
    }

    @Test("a cost that is none, or takes more memory than it may, is refused")
    func bounds() {
        for cost in [(0, 8, 1), (15, 0, 1), (15, 8, 0), (22, 8, 1)] {
            #expect(throws: SigningError.self) {
                try PasswordDerivation.key(
                    of: "x", salt: [1], cost: .init(logarithm: cost.0, blockSize: cost.1, parallelization: cost.2), count: 32)
            }
        }
    }
}
