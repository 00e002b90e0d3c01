internal import Glibc

extension RemoteAddress {
    /// The address itself, or the one without `.git` at its end where it is of this machine and only that one is there: a
    /// repository's folder may have either name.
    public var existing: RemoteAddress {
        guard isLocal, path.hasSuffix(".git"), access(path, F_OK) != 0 else { return self }
        let shorter = String(path.dropLast(".git".count))
        guard access(shorter, F_OK) == 0 else { return self }
        return RemoteAddress(text: scheme == .file ? "file://\(shorter)" : shorter, scheme: scheme, path: shorter)
    }

    /// A path for the repository's mirror, from its host and its path: harmless as a path of folders, and the same for every
    /// spelling of the address.
    public var mirrorName: String {
        let parts = identity.split(separator: "/").map { part in
            // A folder of that name is another repository's mirror.
            let keepsDots = part != "." && part != ".." && !part.hasSuffix(".git")
            return part.utf8.reduce(into: "") { name, byte in
                name +=
                    Self.isPlain(byte, keepsDots: keepsDots)
                    ? String(UnicodeScalar(byte)) : "%" + withUnsafeBytes(of: byte) { Hexadecimal.text(of: $0) }
            }
        }
        return "\(isLocal ? "local/" : "")\(parts.joined(separator: "/")).git"
    }

    private static func isPlain(_ byte: UInt8, keepsDots: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        case UInt8(ascii: "."): keepsDots
        default: false
        }
    }
}
