internal import Diagnostics
internal import YAML

/// One of a repository's `buildspecs`: what CodeBuild has in a build project. The file says what is done, this when and where.
public struct BuildspecSettings: Sendable, Equatable {
    /// The file, from the repository's root.
    public var file: String
    /// Shown as the pipeline's name; nil: the file.
    public var name: String?
    /// Patterns of the branches whose pushes run it; nil: the default branch only.
    public var branches: [String]?
    /// The same for tags; none where there are no patterns.
    public var tags: [String]
    /// Whether pull requests to those branches run it.
    public var runsPullRequests: Bool
    /// The image of the container that it runs in; nil: this host.
    public var image: String?
    public var labels: [String]
    /// Variables that go before those of the file.
    public var environment: [String: String]
    /// Names of the repository's stored secrets that its commands find as variables.
    public var secrets: [String]
    /// Name of the stored secret with a token for the repository's host, which git gets where the file has
    /// `git-credential-helper: yes`.
    public var gitCredential: String?
    /// Whether a `batch` of the file runs as such.
    public var runsBatch: Bool
    /// Nil: the limit of all jobs.
    public var timeout: Duration?
    /// How many commits of the history are checked out; 0: all.
    public var depth: Int
    public var hasSubmodules: Bool

    public init(file: String) {
        self.file = file
        tags = []
        runsPullRequests = false
        labels = []
        environment = [:]
        secrets = []
        runsBatch = true
        depth = 1
        hasSubmodules = false
    }

    static let keys = [
        "file", "name", "branches", "tags", "pull_requests", "image", "labels", "env", "secrets", "git_credential",
        "batch", "timeout", "depth", "submodules",
    ]
}

extension BuildspecSettings {
    /// Reads `buildspecs` of a repository; an element may be the file's path alone.
    static func list(_ reader: SettingsReader) -> [BuildspecSettings] {
        guard let mapping = reader.mapping, mapping.value("buildspecs") != nil else { return [] }
        var list: [BuildspecSettings] = []
        for node in mapping.elements("buildspecs") ?? [] {
            guard let settings = node.scalarText.map(BuildspecSettings.init(file:)) ?? BuildspecSettings(reading: node, reader)
            else {
                continue
            }
            let problem =
                list.contains { $0.file == settings.file && $0.name == settings.name }
                ? "there is another one with this file; give each a name"
                : !settings.file.isPathInRepository
                    ? "expected a path from the repository's root, found \"\(settings.file)\"" : nil
            if let problem {
                reader.error("invalid-buildspec", problem, at: node)
            } else {
                list.append(settings)
            }
        }
        return list
    }

    private init?(reading node: YAMLNode, _ reader: SettingsReader) {
        guard
            let mapping = MappingReader(
                node, context: "the buildspec", keys: Self.keys, nullIsAbsent: true, diagnostics: reader.diagnostics)
        else { return nil }
        self.init(file: mapping.text("file") ?? "buildspec.yml")
        name = mapping.text("name")
        branches = mapping.value("branches") == nil ? nil : Self.texts(mapping, "branches")
        tags = Self.texts(mapping, "tags")
        runsPullRequests = mapping.boolean("pull_requests") ?? false
        image = mapping.text("image")
        labels = Self.texts(mapping, "labels")
        environment = Self.variables(mapping, "env", reader)
        secrets = Self.texts(mapping, "secrets")
        gitCredential = mapping.text("git_credential")
        runsBatch = mapping.boolean("batch") ?? true
        timeout = Self.timeout(mapping, reader)
        depth = mapping.integer("depth", in: 0...1_000_000) ?? 1
        hasSubmodules = mapping.boolean("submodules") ?? false
        for (text, node) in mapping.texts("secrets") ?? [] where !SettingsReader.isVariableName(text) {
            reader.error("invalid-name", "expected the name of a stored secret, found \"\(text)\"", at: node)
        }
        if let name = gitCredential, let node = mapping.value("git_credential"), !SettingsReader.isVariableName(name) {
            reader.error("invalid-name", "expected the name of a stored secret, found \"\(name)\"", at: node)
        }
    }

    private static func texts(_ mapping: MappingReader, _ key: String) -> [String] {
        (mapping.texts(key) ?? []).map(\.text).filter { !$0.isEmpty }
    }

    static func variables(_ mapping: MappingReader, _ key: String, _ reader: SettingsReader) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in mapping.mapping(key)?.entries ?? [] {
            if !SettingsReader.isVariableName(entry.name) {
                reader.error(
                    "invalid-name",
                    "expected a name of letters, digits and \"_\" that starts with no digit, found \"\(entry.name)\"",
                    at: entry.key)
            } else if let text = entry.value.isNull ? "" : entry.value.scalarText {
                variables[entry.name] = text
            } else {
                reader.diagnostics.reportKind(of: entry.value, expected: "a string", context: "\"\(entry.name)\" of \(key)")
            }
        }
        return variables
    }

    private static func timeout(_ mapping: MappingReader, _ reader: SettingsReader) -> Duration? {
        guard let text = mapping.text("timeout"), let node = mapping.value("timeout") else { return nil }
        if let duration = Duration(settingText: text), duration > .zero { return duration }
        reader.error("invalid-duration", "expected a duration such as 30m or 2h, found \"\(text)\"", at: node)
        return nil
    }
}

extension String {
    /// Whether it names a file below a folder.
    fileprivate var isPathInRepository: Bool {
        let parts = split(separator: "/", omittingEmptySubsequences: false)
        return !isEmpty && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
