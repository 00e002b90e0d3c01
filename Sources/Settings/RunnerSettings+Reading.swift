internal import Diagnostics
internal import YAML

extension RunnerSettings {
    /// Prefixes of the variables that Slipway sets itself.
    private static let reservedPrefixes = ["GITHUB_", "RUNNER_"]

    init(reading reader: SettingsReader) {
        state = Self.state(reader)
        web = WebSettings(reading: reader.section("web"))
        socket = Self.socket(reader)
        capacity = reader.integer("capacity", default: reader.host.processors, in: 1...1024)
        readyWorkers = reader.integer("ready_workers", default: 2, in: 0...64)
        retryLost = reader.integer("retry_lost", default: 0, in: 0...10)
        sandbox = reader.choice("sandbox", default: .bubblewrap)
        sandboxOptions = SandboxSettings(reading: reader.section("sandbox_options"))
        environment = reader.variables("environment", reservedPrefixes: Self.reservedPrefixes)
        actions = ActionSettings(reading: reader.section("actions"))
        docker = DockerSettings(reading: reader.section("docker"))
        aws = AWSSettings(reading: reader.section("aws"))
        labels = LabelTarget.targets(reader)
        workspaces = WorkspaceSettings(reading: reader.section("workspaces"))
        retention = RetentionSettings(reading: reader.section("retention"))
        artifacts = ArtifactSettings(reading: reader.section("artifacts"))
        caches = CacheSettings(reading: reader.section("caches"))
        limits = LimitSettings(reading: reader.section("limits"))
        pauseOnFailure = PauseSettings(reading: reader.section("pause_on_failure"))
        schedules = ScheduleSettings(reading: reader.section("schedules"))
        secrets = SecretStoreSettings(keyFile: reader.section("secrets").path("key_file", default: "\(state)/secret.key"))
        log = LogSettings(reading: reader.section("log"))
        shutdown = ShutdownSettings(grace: reader.section("shutdown").duration("grace", default: .seconds(10)))
        webhooks = EventWebhookSettings.list(reader)
        notifications = NotificationSettings.list(reader)
        repositories = Self.repositories(reader, sandbox: sandbox, sandboxOptions: sandboxOptions, aws: aws)
    }

    private static func state(_ reader: SettingsReader) -> String {
        let state = reader.path("state", default: "/var/lib/slipway")
        guard let replacement = reader.host.environment["SLIPWAY_STATE"], !replacement.isEmpty else { return state }
        return SettingsHost.absolute(replacement)
    }

    private static func socket(_ reader: SettingsReader) -> String {
        let path = reader.path("socket", default: "/run/slipway/slipway.sock")
        // The kernel's sockaddr_un has room for 108 bytes with the NUL at the end.
        if path.utf8.count > 107, let (_, node) = reader.text("socket") {
            reader.error("invalid-path", "the path of a socket has at most 107 bytes, this one has \(path.utf8.count)", at: node)
        }
        return path
    }

    private static func repositories(
        _ reader: SettingsReader, sandbox: SandboxKind, sandboxOptions: SandboxSettings, aws: AWSSettings
    ) -> [RepositorySettings] {
        var repositories: [RepositorySettings] = []
        var lines: [String: Int] = [:]
        for node in reader.mapping?.elements("repositories") ?? [] {
            guard !node.isNull else {
                reader.diagnostics.reportKind(of: node, expected: "a mapping", context: "the repository")
                continue
            }
            let element = SettingsReader(node, path: "repositories", host: reader.host, diagnostics: reader.diagnostics)
            guard
                element.mapping != nil,
                let repository = RepositorySettings(
                    reading: element, sandbox: sandbox, sandboxOptions: sandboxOptions, aws: aws)
            else { continue }
            if let line = lines[repository.name], let (_, name) = element.text("name") {
                reader.error("duplicate-repository", "the name \"\(repository.name)\" is already in line \(line)", at: name)
            }
            lines[repository.name] = element.text("name")?.node.pointer.start.line
            repositories.append(repository)
        }
        return repositories
    }
}
