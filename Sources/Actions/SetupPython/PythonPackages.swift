internal import Execution

/// What `cache: pip`, `pipenv` or `poetry` keeps: where the package manager has its files, and the key that they change with.
struct PythonPackages {
    let paths: [String]
    let key: String
    let restoreKeys: [String]
    private let command: JobCommand
    private let projects: [String]

    /// - Throws: `ActionFailure` where no file says what the packages are, or the manager is not there.
    init(manager: String, version: String, command: JobCommand, files: JobFiles) throws(ActionFailure) {
        self.command = command
        let invocation = command.invocation
        let standard: [String]
        switch manager {
        case "pip": standard = ["**/requirements.txt", "**/pyproject.toml"]
        case "pipenv": standard = ["**/Pipfile.lock"]
        case "poetry": standard = ["**/poetry.lock"]
        default: throw ActionFailure("Caching for '\(manager)' is not supported: use pip, pipenv or poetry")
        }
        let given = invocation.input("cache-dependency-path")
        let locks = try files.dependencies(given.map { [$0] } ?? standard)
        let prefix = "setup-python-Linux-\(ToolFolder.architecture)-python-\(version)-\(manager)"
        key = "\(prefix)-\(locks.digest)"
        projects = locks.files.map { path in path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path }
        switch manager {
        case "pip":
            restoreKeys = ["\(prefix)-"]
            paths = [Self.pipFolder(command.environment)]
        case "pipenv":
            restoreKeys = []
            paths = [command.environment["WORKON_HOME"] ?? "~/.local/share/virtualenvs"]
        default:
            restoreKeys = []
            paths = try Self.poetryFolders(command, projects: projects)
        }
    }

    private static func pipFolder(_ environment: [String: String]) -> String {
        if let folder = environment["PIP_CACHE_DIR"], !folder.isEmpty { return folder }
        if let base = environment["XDG_CACHE_HOME"], !base.isEmpty { return "\(base)/pip" }
        return "~/.cache/pip"
    }

    private static func poetryFolders(_ command: JobCommand, projects: [String]) throws(ActionFailure) -> [String] {
        guard let answer = try command.answer(["poetry", "config", "--list"]) else {
            throw ActionFailure("poetry can't be asked where its files are: install it before this step, with pipx for one")
        }
        var values: [String: String] = [:]
        for line in answer.split(whereSeparator: \.isNewline) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let name = line[..<equals].filter { $0 != " " }
            let value = line[line.index(after: equals)...].prefix { $0 != "#" }.filter { !" \"'".contains($0) }
            values[String(name)] = String(value)
        }
        if values["virtualenvs.in-project"] == "true" { return projects.map { "\($0)/.venv" } }
        let base = values["cache-dir"] ?? "~/.cache/pypoetry"
        let folder = values["virtualenvs.path"] ?? "{cache-dir}/virtualenvs"
        return [folder.hasPrefix("{cache-dir}") ? base + folder.dropFirst("{cache-dir}".count) : folder]
    }

    /// Has poetry take this Python for each project that was found.
    func usePython(_ program: String) throws(ActionFailure) {
        for project in projects { try command.perform(["poetry", "env", "use", program, "--directory=\(project)"]) }
    }
}
