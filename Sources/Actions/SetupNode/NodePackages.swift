internal import Execution
internal import Expressions

/// What `cache: npm`, `yarn` or `pnpm` keeps: where the package manager has its files, and the key that they change with.
struct NodePackages {
    let manager: String
    let paths: [String]
    let key: String
    private static let locks = [
        "npm": ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock"], "yarn": ["yarn.lock"], "pnpm": ["pnpm-lock.yaml"],
    ]

    /// - Throws: `ActionFailure` where there is no lock file, or the manager is not there.
    init(manager: String, command: JobCommand, files: JobFiles) throws(ActionFailure) {
        guard let locks = Self.locks[manager] else {
            throw ActionFailure("Caching for '\(manager)' is not supported: use npm, yarn or pnpm")
        }
        self.manager = manager
        let patterns = command.invocation.input("cache-dependency-path").map { [$0] } ?? locks
        let digest = try files.dependencies(patterns).digest
        key = "node-cache-Linux-\(ToolFolder.architecture)-\(manager)-\(digest)"
        guard let folder = try Self.folder(of: manager, command), folder.hasPrefix("/") else {
            throw ActionFailure("\(manager) can't be asked where its cache is: install it before this step")
        }
        paths = [folder]
    }

    private static func folder(of manager: String, _ command: JobCommand) throws(ActionFailure) -> String? {
        var arguments: [String]
        switch manager {
        case "npm": arguments = ["npm", "config", "get", "cache"]
        case "pnpm": arguments = ["pnpm", "store", "path", "--silent"]
        default:
            let isFirst = try command.answer(["yarn", "--version"])?.hasPrefix("1.") ?? true
            arguments = isFirst ? ["yarn", "cache", "dir"] : ["yarn", "config", "get", "cacheFolder"]
        }
        return try command.answer(arguments)?.split(whereSeparator: \.isNewline).last.map(String.init)
    }

    /// Whether the repository says that it uses npm and has its lock file: then npm's cache is kept unasked.
    static func usesNPM(_ files: JobFiles) throws(ActionFailure) -> Bool {
        guard let text = try files.text("package.json"), let package = try? ExpressionValue(json: text) else { return false }
        var names: [String] = []
        if case .string(let name)? = package["packageManager"] { names.append(String(name.prefix { $0 != "@" })) }
        if case .string(let name)? = package["devEngines"]?["packageManager"]?["name"] { names.append(name) }
        guard names.contains("npm") else { return false }
        for lock in ["package-lock.json", "npm-shrinkwrap.json"] where try files.text(lock, limit: .max) != nil { return true }
        return false
    }
}
