/// One line of a known-hosts file.
struct KnownHostEntry: Equatable {
    /// Counted from 1.
    let line: Int
    /// The key's type, such as `ssh-ed25519`.
    let type: String
    /// The key as the server sends it.
    let key: [UInt8]
    let isRevoked: Bool
    private let names: Names

    private enum Names: Equatable {
        case patterns([String])
        case hashed(salt: [UInt8], hash: [UInt8])
    }

    /// Reads a line; nil for comments, empty lines, authorities, and what is no entry.
    init?(line: Substring, number: Int) {
        var fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
        var isRevoked = false
        if let marker = fields.first, marker.hasPrefix("@") {
            guard marker == "@revoked" else { return nil }
            isRevoked = true
            fields.removeFirst()
        }
        guard fields.count >= 3, !fields[0].hasPrefix("#"), let key = Base64.decode(fields[2]) else { return nil }
        guard let names = Self.names(fields[0]) else { return nil }
        self.line = number
        self.names = names
        self.type = String(fields[1])
        self.key = key
        self.isRevoked = isRevoked
    }

    private static func names(_ field: Substring) -> Names? {
        guard field.hasPrefix("|") else { return .patterns(field.lowercased().split(separator: ",").map(String.init)) }
        let parts = field.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1] == "1", let salt = Base64.decode(parts[2]), let hash = Base64.decode(parts[3]) else {
            return nil
        }
        return .hashed(salt: salt, hash: hash)
    }

    /// Whether the line is about this host. A port other than 22 is written `[host]:port`.
    func matches(host: String, port: Int) -> Bool {
        let name = Self.name(host: host, port: port)
        switch names {
        case .hashed(let salt, let hash):
            return SHA1.authenticationCode(key: salt, message: Array(name.utf8)) == hash
        case .patterns(let patterns):
            var isMatch = false
            for pattern in patterns {
                if pattern.hasPrefix("!") {
                    if Self.matches(pattern.dropFirst(), name) { return false }
                } else if Self.matches(Substring(pattern), name) {
                    isMatch = true
                }
            }
            return isMatch
        }
    }

    /// How a known-hosts file spells a server.
    static func name(host: String, port: Int) -> String {
        port == 22 ? host.lowercased() : "[\(host.lowercased())]:\(port)"
    }

    /// `*` stands for any characters, `?` for one. Linear in the product of the lengths, never more.
    private static func matches(_ pattern: Substring, _ name: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let name = Array(name.utf8)
        var (position, index) = (0, 0)
        var retry: (position: Int, index: Int)?
        while index < name.count {
            if position < pattern.count, pattern[position] == UInt8(ascii: "*") {
                retry = (position + 1, index)
                position += 1
            } else if position < pattern.count, pattern[position] == UInt8(ascii: "?") || pattern[position] == name[index] {
                position += 1
                index += 1
            } else if let last = retry {
                retry = (last.position, last.index + 1)
                (position, index) = (last.position, last.index + 1)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
