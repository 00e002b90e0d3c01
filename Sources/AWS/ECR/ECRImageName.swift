/// The name of an image in a registry of ECR: `123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:1.0`.
public struct ECRImageName: Equatable, Sendable, CustomStringConvertible {
    public var registry: String
    public var account: String
    public var region: String
    public var repository: String
    /// A tag or `sha256:…`; `latest` where the name has neither.
    public var reference: String

    /// Nil for an image of any other registry.
    public init?(_ name: String) {
        guard let slash = name.firstIndex(of: "/"), let place = Self.place(of: String(name[..<slash])) else { return nil }
        registry = String(name[..<slash])
        (account, region) = place
        var rest = name[name.index(after: slash)...]
        var reference: Substring?
        if let at = rest.firstIndex(of: "@") {
            reference = rest[rest.index(after: at)...]
            rest = rest[..<at]
        }
        if let colon = rest.lastIndex(of: ":") {
            reference = reference ?? rest[rest.index(after: colon)...]
            rest = rest[..<colon]
        }
        guard !rest.isEmpty, reference?.isEmpty != true else { return nil }
        repository = String(rest)
        self.reference = reference.map(String.init) ?? "latest"
    }

    public var description: String { "\(registry)/\(repository)\(isDigest ? "@" : ":")\(reference)" }

    public var isDigest: Bool { reference.hasPrefix("sha256:") }

    /// The same image by its digest, as a task definition names it.
    public func pinned(to digest: String) -> String { "\(registry)/\(repository)@\(digest)" }

    /// Account and region of a registry's host; nil where it is none of ECR's.
    public static func place(of host: String) -> (account: String, region: String)? {
        let words = host.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let account = words.first, account.count == 12, account.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        // ACCOUNT.dkr.ecr.REGION.amazonaws.com, .dkr.ecr-fips. likewise, and ACCOUNT.dkr-ecr.REGION.on.aws
        if words.count >= 6, words[1] == "dkr", words[2] == "ecr" || words[2] == "ecr-fips", words[4] == "amazonaws" {
            return (account, words[3])
        }
        if words.count >= 5, words[1] == "dkr-ecr" || words[1] == "dkr-ecr-fips", words[3] == "on" { return (account, words[2]) }
        return nil
    }
}
