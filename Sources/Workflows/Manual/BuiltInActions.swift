/// An action that is part of Slipway, as workflows call it, with the inputs of the original.
public struct BuiltInActionEntry: Sendable, Hashable {
    /// In lower case, without a version.
    public let name: String
    /// The original's inputs; another one is told in a check, as GitHub tells it in the log.
    public let inputs: [String]
}

extension LanguageSupport {
    /// The actions that are built in.
    public static let builtInActions: [BuiltInActionEntry] = [
        BuiltInActionEntry(
            name: "actions/checkout",
            inputs: [
                "repository", "ref", "token", "ssh-key", "ssh-known-hosts", "ssh-strict", "ssh-user", "persist-credentials",
                "path",
                "clean", "filter", "sparse-checkout", "sparse-checkout-cone-mode", "fetch-depth", "fetch-tags", "show-progress",
                "lfs", "submodules", "set-safe-directory", "github-server-url",
            ])
    ]

    /// The built-in action that a `uses` names, whatever its version.
    public static func builtInAction(_ reference: String) -> BuiltInActionEntry? {
        builtInByName[reference.prefix { $0 != "@" }.lowercased()]
    }

    private static let builtInByName = Dictionary(
        builtInActions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
