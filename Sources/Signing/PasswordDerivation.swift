internal import CLibCrypto

/// scrypt (RFC 7914): makes a key of a password such that guessing one costs time and memory for each try.
public enum PasswordDerivation {
    /// What one derivation costs: some `128 × blockSize × cost` bytes, and time in proportion to the product of all three.
    public struct Cost: Equatable, Sendable {
        /// The binary logarithm of N.
        public var logarithm: Int
        /// r.
        public var blockSize: Int
        /// p.
        public var parallelization: Int

        public init(logarithm: Int, blockSize: Int, parallelization: Int) {
            self.logarithm = logarithm
            self.blockSize = blockSize
            self.parallelization = parallelization
        }
    }

    private static let mostMemory: UInt64 = 256 << 20

    /// Blocks for as long as it takes.
    ///
    /// - Throws: where the cost is out of bounds: above 256 MiB, or none that scrypt has.
    public static func key(
        of password: String, salt: [UInt8], cost: Cost, count: Int
    ) throws(SigningError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: count)
        guard (1...24).contains(cost.logarithm), (1...64).contains(cost.blockSize), (1...64).contains(cost.parallelization),
            EVP_PBE_scrypt(
                password, password.utf8.count, salt, salt.count, 1 << UInt64(cost.logarithm), UInt64(cost.blockSize),
                UInt64(cost.parallelization), mostMemory, &key, key.count) == 1
        else { throw .libraryFailure(function: "EVP_PBE_scrypt") }
        return key
    }
}
