/// What this version does with each key of a buildspec. The manual's table is made from this one, and so are the warnings of a
/// check.
public enum BuildspecSupport {
    public enum Status: Sendable, Hashable {
        case supported
        /// The key has no effect, for this reason. A build goes on without it.
        case ignored(String)
        /// A file that has the key is not run, for this reason.
        case refused(String)
    }

    public struct Entry: Sendable, Hashable {
        /// The key from the top of the file: `phases.*.on-failure`.
        public let key: String
        public let status: Status
        /// What is worth knowing of a key that is supported.
        public let note: String?
    }

    /// What this version does with a key; keys that are not listed are those of a user's own choice.
    public static func status(of key: String) -> Status { statuses[key] ?? .supported }

    /// The names of the keys directly under one, in the manual's order. An empty path is the top of the file.
    public static func keys(under path: String) -> [String] { children[path] ?? [] }

    /// The runtimes of `runtime-versions` that are looked for, and the actions that do so.
    static let runtimes = [
        "python": "actions/setup-python", "nodejs": "actions/setup-node", "android": runtimeAction, "dotnet": runtimeAction,
        "golang": runtimeAction, "java": runtimeAction, "php": runtimeAction, "ruby": runtimeAction,
    ]
    static let runtimeAction = "slipway/codebuild-runtime"
    /// The names of `env.shell`, and what they stand for; nil: a shell that exists on Windows only.
    static let shells = ["bash": true, "/bin/bash": true, "/bin/sh": true, "sh": true, "powershell.exe": false, "cmd.exe": false]

    private static let statuses = Dictionary(table.map { ($0.key, $0.status) }, uniquingKeysWith: { first, _ in first })
    private static let children: [String: [String]] = {
        var children: [String: [String]] = [:]
        for entry in table {
            let parts = entry.key.split(separator: ".").map(String.init)
            children[parts.dropLast().joined(separator: "."), default: []].append(parts[parts.count - 1])
        }
        return children
    }()
}
