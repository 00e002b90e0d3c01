/// The name of an image, taken apart as Docker does it: `[registry/]repository[:tag][@digest]`.
public struct ImageReference: Equatable, Sendable, CustomStringConvertible {
    /// The host that the image is pulled from; `docker.io` where the name has none.
    public let registry: String
    /// With everything that stands before tag and digest, as it was written.
    public let name: String
    /// Nil where the reference has a digest and no tag.
    public let tag: String?
    /// `sha256:…`
    public let digest: String?

    /// Nil for what is no name of an image.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var name = parts[0]
        digest = parts.count == 2 ? parts[1] : nil
        if let digest, digest.split(separator: ":").count != 2 { return nil }
        var tag: String?
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
            tag = String(name[name.index(after: colon)...])
            name = String(name[..<colon])
        }
        let isPlain =
            !name.isEmpty && name.utf8.allSatisfy { $0 > 32 && $0 < 127 } && !name.hasPrefix("/") && !name.hasSuffix("/")
        guard isPlain, !name.contains("//"), tag != "" else { return nil }
        self.name = name
        self.tag = tag ?? (digest == nil ? "latest" : nil)
        registry = Self.registry(of: name)
    }

    /// What is before the first slash is a host if it looks like one.
    private static func registry(of name: String) -> String {
        guard let slash = name.firstIndex(of: "/") else { return "docker.io" }
        let host = name[..<slash]
        let isHost = host.contains(".") || host.contains(":") || host == "localhost"
        return isHost ? String(host) : "docker.io"
    }

    public var description: String { name + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "") }

    /// What the engine takes as the tag of a pull.
    var selector: String { digest ?? tag ?? "latest" }
}
