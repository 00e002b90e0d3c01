/// A full ref name taken apart the way `GITHUB_REF_NAME` and `GITHUB_REF_TYPE` want it.
public struct GitReference: Hashable, Sendable {
    public let fullName: String

    public init(_ fullName: String) { self.fullName = fullName }

    /// A name as a person types it: a full ref stays, anything else is a branch.
    public init(operatorInput name: String) {
        fullName = name.hasPrefix("refs/") ? name : "refs/heads/\(name)"
    }

    public var branch: String? { name(after: "refs/heads/") }
    public var tag: String? { name(after: "refs/tags/") }
    public var isTag: Bool { tag != nil }
    /// `main`, `v1`, `7/merge`.
    public var shortName: String { branch ?? tag ?? name(after: "refs/pull/") ?? fullName }

    private func name(after prefix: String) -> String? {
        fullName.hasPrefix(prefix) ? String(fullName.dropFirst(prefix.count)) : nil
    }
}
