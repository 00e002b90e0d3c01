/// `owner/repository[/path]@ref`: an action or a reusable workflow of another repository, as `uses` names it.
public struct SourceReference: Hashable, Sendable, Codable {
    public let repository: RepositoryName
    /// The folder of an action, or the file of a workflow, from the repository's root; empty for the root.
    public let path: String
    /// A tag, a branch, a full ref, or a commit.
    public let ref: String

    public init(repository: RepositoryName, path: String = "", ref: String) {
        self.repository = repository
        self.path = path
        self.ref = ref
    }

    /// - Returns: nil for `./path`, `docker://image`, and whatever else is no such reference.
    public init?(_ text: String) {
        guard !text.hasPrefix("./"), !text.contains("://"), let at = text.firstIndex(of: "@") else { return nil }
        let ref = String(text[text.index(after: at)...])
        // On Windows' runners people write the other slash, and it works.
        let parts = text[..<at].split(whereSeparator: { $0 == "/" || $0 == "\\" })
        guard parts.count >= 2, !text.hasPrefix("/"), Self.isRef(ref),
            let repository = RepositoryName("\(parts[0])/\(parts[1])")
        else { return nil }
        let path = parts.dropFirst(2)
        guard !path.contains(".."), !path.contains(".") else { return nil }
        self.init(repository: repository, path: path.joined(separator: "/"), ref: ref)
    }

    /// The id of a commit, where the reference is one: nothing can move it.
    public var commit: String? {
        let isCommit = ref.utf8.count == 40 && ref.utf8.allSatisfy(Self.isDigit)
        return isCommit ? ref.lowercased() : nil
    }

    /// As `uses` has it.
    public var text: String { "\(repository)\(path.isEmpty ? "" : "/\(path)")@\(ref)" }

    /// The rules of git-check-ref-format(1), as far as they keep a name from meaning something else.
    private static func isRef(_ ref: String) -> Bool {
        guard !ref.isEmpty, ref.utf8.count <= 250, !ref.hasPrefix("-"), !ref.hasPrefix("/"), !ref.contains(".."),
            !ref.contains("@{")
        else { return false }
        return ref.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"~^:?*[\\".utf8.contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}

extension SourceReference: CustomStringConvertible {
    public var description: String { text }
}
