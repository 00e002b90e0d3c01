internal import YAML

extension RepositorySettings {
    /// Reads one element of `repositories`; nil where it has no usable name or address, which is reported.
    init?(reading reader: SettingsReader, sandbox: SandboxKind, sandboxOptions: SandboxSettings, aws: AWSSettings) {
        let name = Self.name(reader)
        let address = Self.address(reader)
        poll = reader.unlessOff("poll", default: .seconds(60)) {
            $0.duration("poll", default: .seconds(60), atLeast: .milliseconds(100))
        }
        branches = reader.patterns("branches")
        tags = reader.patterns("tags")
        webhookSecret = reader.secret("webhook_secret", allowsLiteral: true)
        commits = reader.choice("commits", default: .each)
        pullRequests = reader.choice("pull_requests", default: .sameRepository)
        self.sandbox = reader.choice("sandbox", default: sandbox)
        self.sandboxOptions = SandboxSettings(
            reading: reader.section("sandbox_options", keysOf: "sandbox_options"), over: sandboxOptions)
        self.aws = AWSSettings(reading: reader.section("aws", keysOf: "aws"), over: aws)
        docker = reader.choice("docker", default: .containers)
        sharedWith = reader.mapping?.value("shared_with") == nil ? [] : reader.patterns("shared_with")
        variables = reader.variables("variables")
        environments = EnvironmentSettings.list(reader)
        buildspecs = BuildspecSettings.list(reader)
        pipelines = PipelineSettings.list(reader)
        credentials = CredentialSettings(reading: reader.section("credentials"), address: address)
        forge = ForgeSettings(reading: reader.section("forge"), address: address, name: name ?? "")
        status = StatusSettings(reading: reader.section("status"), forge: forge)
        badge = reader.choice("badge", default: .page)
        guard let name, let address else { return nil }
        self.name = name
        url = address.text
    }

    private static func name(_ reader: SettingsReader) -> String? {
        guard let (text, node) = reader.required("name") else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        }
        guard isName, parts.count <= 2, text.utf8.count <= 200 else {
            reader.error(
                "invalid-name",
                "expected a name or owner/name of letters, digits, \".\", \"_\" and \"-\", found \"\(text)\"", at: node)
            return nil
        }
        // Names become folders: of the mirror, whose own name ends in .git.
        if parts.contains(where: { $0 == "." || $0 == ".." || $0.hasPrefix("-") || $0.hasSuffix(".git") }) {
            reader.error(
                "invalid-name", "a name cannot start with \"-\", end with \".git\", or be \".\" or \"..\": \"\(text)\"", at: node)
            return nil
        }
        return text
    }

    private static func address(_ reader: SettingsReader) -> RepositoryAddress? {
        guard let (text, node) = reader.required("url") else { return nil }
        do {
            return try RepositoryAddress(text, folder: reader.host.folder)
        } catch {
            reader.error("invalid-url", error.message, at: node)
            return nil
        }
    }
}

extension CredentialSettings {
    init(reading reader: SettingsReader, address: RepositoryAddress?) {
        self.init(
            sshKey: reader.existingFile("ssh_key", isSecret: true), knownHosts: reader.existingFile("known_hosts"),
            token: reader.secret("token", allowsLiteral: false), username: reader.text("username")?.text)
        guard let address else { return }
        let unused =
            switch address.transport {
            case .ssh: ["token", "username"]
            case .http: ["ssh_key", "known_hosts"]
            case .local: ["ssh_key", "known_hosts", "token", "username"]
            }
        for key in unused {
            guard let (_, node) = reader.text(key) else { continue }
            reader.warning("unused-credential", "\(key) is not used for \(address.transport.rawValue) addresses", at: node)
        }
        if address.scheme == "http", let (_, node) = reader.text("token") {
            reader.warning("open-transport", "http sends the token unencrypted; use an https URL", at: node)
        }
    }
}
