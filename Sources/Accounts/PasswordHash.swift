internal import Signing

/// What a password is checked with, as text in the form of PHC strings: `$scrypt$ln=15,r=8,p=3$SALT$KEY`, in hexadecimal digits.
struct PasswordHash: Sendable, Equatable, CustomStringConvertible {
    /// 32 MiB and some tenths of a second for each guess.
    static let cost = PasswordDerivation.Cost(logarithm: 15, blockSize: 8, parallelization: 3)
    private static let saltLength = 16
    private static let keyLength = 32

    private let cost: PasswordDerivation.Cost
    private let salt: [UInt8]
    private let key: [UInt8]

    private init(cost: PasswordDerivation.Cost, salt: [UInt8], key: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// Blocks as long as the derivation takes.
    init(of password: String, cost: PasswordDerivation.Cost = cost) throws(SigningError) {
        self.cost = cost
        salt = try RandomBytes.make(count: Self.saltLength)
        key = try PasswordDerivation.key(of: password, salt: salt, cost: cost, count: Self.keyLength)
    }

    /// What no password has: checking one against it takes the time that another check takes.
    static func ofNobody() throws(SigningError) -> PasswordHash {
        PasswordHash(
            cost: cost, salt: try RandomBytes.make(count: saltLength), key: try RandomBytes.make(count: keyLength))
    }

    /// Nil where the text has another form.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let salt = Hexadecimal.bytes(parts[3]),
            let key = Hexadecimal.bytes(parts[4]), !key.isEmpty
        else { return nil }
        var numbers: [Substring: Int] = [:]
        for field in parts[2].split(separator: ",") {
            let pair = field.split(separator: "=")
            if pair.count == 2 { numbers[pair[0]] = Int(pair[1]) }
        }
        guard let logarithm = numbers["ln"], let blockSize = numbers["r"], let parallelization = numbers["p"] else { return nil }
        cost = .init(logarithm: logarithm, blockSize: blockSize, parallelization: parallelization)
        self.salt = salt
        self.key = key
    }

    var description: String {
        "$scrypt$ln=\(cost.logarithm),r=\(cost.blockSize),p=\(cost.parallelization)"
            + "$\(Hexadecimal.text(salt))$\(Hexadecimal.text(key))"
    }

    /// Blocks as long as the derivation takes, whatever comes of it.
    func matches(_ password: String) throws(SigningError) -> Bool {
        constantTimeEquals(try PasswordDerivation.key(of: password, salt: salt, cost: cost, count: key.count), key)
    }
}
