/// An action that is part of Slipway, as workflows call it, with the inputs of the original.
public struct BuiltInActionEntry: Sendable, Hashable {
    /// In lower case, without a version.
    public let name: String
    /// The original's inputs; another one is told in a check, as GitHub tells it in the log.
    public let inputs: [String]
}

extension LanguageSupport {
    /// The actions that are built in.
    public static let builtInActions: [BuiltInActionEntry] =
        [
            BuiltInActionEntry(
                name: "actions/checkout",
                inputs: [
                    "repository", "ref", "token", "ssh-key", "ssh-known-hosts", "ssh-strict", "ssh-user", "persist-credentials",
                    "path",
                    "clean", "filter", "sparse-checkout", "sparse-checkout-cone-mode", "fetch-depth", "fetch-tags",
                    "show-progress",
                    "lfs", "submodules", "set-safe-directory", "github-server-url",
                ]),
            BuiltInActionEntry(
                name: "actions/upload-artifact",
                inputs: [
                    "name", "path", "if-no-files-found", "retention-days", "compression-level", "overwrite",
                    "include-hidden-files",
                    "archive",
                ]),
            BuiltInActionEntry(
                name: "actions/upload-artifact/merge",
                inputs: [
                    "name", "pattern", "separate-directories", "delete-merged", "retention-days", "compression-level",
                    "overwrite",
                    "include-hidden-files",
                ]),
            BuiltInActionEntry(
                name: "actions/download-artifact",
                inputs: [
                    "name", "artifact-ids", "path", "pattern", "merge-multiple", "github-token", "repository", "run-id",
                    "skip-decompress", "digest-mismatch",
                ]),
            BuiltInActionEntry(
                name: "actions/cache",
                inputs: [
                    "path", "key", "restore-keys", "upload-chunk-size", "enableCrossOsArchive", "fail-on-cache-miss",
                    "lookup-only",
                    "save-always",
                ]),
            BuiltInActionEntry(
                name: "actions/cache/restore",
                inputs: ["path", "key", "restore-keys", "enableCrossOsArchive", "fail-on-cache-miss", "lookup-only"]),
            BuiltInActionEntry(
                name: "actions/cache/save", inputs: ["path", "key", "upload-chunk-size", "enableCrossOsArchive"]),
            BuiltInActionEntry(
                name: "actions/setup-python",
                inputs: [
                    "python-version", "python-version-file", "cache", "architecture", "check-latest", "token",
                    "cache-dependency-path", "update-environment", "allow-prereleases", "freethreaded", "pip-version",
                    "pip-install",
                ]),
            BuiltInActionEntry(
                name: "actions/setup-node",
                inputs: [
                    "always-auth", "node-version", "node-version-file", "architecture", "check-latest", "registry-url", "scope",
                    "token", "cache", "package-manager-cache", "cache-dependency-path", "mirror", "mirror-token",
                ]),
            BuiltInActionEntry(
                name: "slipway/gate",
                inputs: [
                    "metrics", "format", "within", "name", "conditions", "investigate", "baseline", "environment",
                    "require-baseline", "override", "approvers", "answer-within-days",
                ]),
            BuiltInActionEntry(name: "slipway/test-report", inputs: ["files", "format", "name", "base-directory"]),
        ] + imageActions + cloudActions + deployingActions

    /// The built-in action that a `uses` names, whatever its version.
    public static func builtInAction(_ reference: String) -> BuiltInActionEntry? {
        builtInByName[reference.prefix { $0 != "@" }.lowercased()]
    }

    private static let builtInByName = Dictionary(
        builtInActions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
