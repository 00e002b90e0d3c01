/// What this version does with each key of the workflow language. The manual's table is made from this one, and so are
/// the warnings of a check and the reasons for which a run is refused.
public enum LanguageSupport {
    public enum Status: Sendable, Hashable {
        case supported
        /// The key has no effect, for this reason. A run goes on without it.
        case ignored(String)
        /// A run of a job with this key is refused before anything starts, for this reason.
        case unsupported(String)
    }

    public struct Entry: Sendable, Hashable {
        /// The key from the top of the file: `jobs.<job_id>.steps.run`.
        public let key: String
        public let status: Status
    }

    /// What this version does with a key; keys that are not listed are those of a user's own choice.
    public static func status(of key: String) -> Status { statuses[key] ?? .supported }

    /// The names of the keys directly under one, in the manual's order. An empty path is the top of the file.
    public static func keys(under path: String) -> [String] { children[path] ?? [] }

    /// The shells that are known by name.
    static let shells = ["bash", "sh", "python", "pwsh"]
    /// Those that GitHub has on Windows only.
    static let foreignShells = ["powershell", "cmd"]

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
