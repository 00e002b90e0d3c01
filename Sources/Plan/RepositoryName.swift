/// `owner/repository`, as pipelines name a repository of a forge.
///
/// On a forge with groups in groups the owner has several parts. Every part is a harmless name of a folder. Two names that
/// differ by case only are equal, as forges have it.
public struct RepositoryName: Sendable, Codable {
    /// As it was written.
    public let owner: String
    public let name: String

    /// - Returns: nil where it is not `owner/repository`, or has a part that no forge allows.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, text.utf8.count <= 256, parts.allSatisfy(Self.isPart) else { return nil }
        owner = parts.dropLast().joined(separator: "/")
        name = String(parts[parts.count - 1])
    }

    public var text: String { "\(owner)/\(name)" }
    /// What stays the same whatever the case it was written in.
    public var key: String { text.lowercased() }

    private static func isPart(_ part: Substring) -> Bool {
        guard let first = part.first, first != "-", part != ".", part != "..", !part.lowercased().hasSuffix(".git") else {
            return false
        }
        return part.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }
}

extension RepositoryName: Hashable {
    public static func == (left: RepositoryName, right: RepositoryName) -> Bool { left.key == right.key }
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension RepositoryName: CustomStringConvertible {
    public var description: String { text }
}
