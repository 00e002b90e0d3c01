internal import Archives
internal import Docker
internal import Execution
internal import Expressions
internal import FoundationEssentials
internal import Glibc
internal import Plan

/// The logins of a job at image registries: `config.json` in its own `DOCKER_CONFIG`, where the `docker` command of its steps
/// finds them too. They end with the job's HOME.
struct JobRegistryLogins {
    private let invocation: ActionInvocation
    private let files: JobFiles
    private let folder: String

    private var path: String { "\(folder)/config.json" }
    private static let longestFile = 1 << 20

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        self.invocation = invocation
        files = try JobFiles(invocation)
        let given = invocation.commandEnvironment["DOCKER_CONFIG"] ?? invocation.workplace.environment["DOCKER_CONFIG"]
        if let given, !given.isEmpty {
            folder = files.absolute(given)
        } else if let home = files.home {
            folder = "\(home)/.docker"
        } else {
            throw ActionFailure("the job has no HOME and no DOCKER_CONFIG: there is no place for its logins")
        }
    }

    // MARK: - Reading

    /// What is in the file; nothing where there is none.
    func read() throws(ActionFailure) -> RegistryLogins {
        guard let text = try files.text(path, limit: Self.longestFile) else { return RegistryLogins() }
        return try asking { () throws(DockerError) in try RegistryLogins(configuration: Array(text.utf8)) }
    }

    /// The login for a registry, from the file or from the program that keeps it, which runs as one of the job's commands does.
    func credentials(for registry: String) throws(ActionFailure) -> RegistryCredentials? {
        let logins = try read()
        if let stored = logins.credentials(for: registry) { return stored }
        guard let helper = logins.helper(for: registry) else { return nil }
        guard let program = CredentialHelper.program(named: helper) else {
            throw ActionFailure("\(path) names the credential helper \"\(helper)\", which is no program's name")
        }
        let script = "printf %s \"$1\" | exec \"$2\" get"
        let answer = try JobCommand(invocation).answer(
            ["sh", "-c", script, "sh", RegistryLogins.server(of: registry), program])
        guard let answer, let credentials = CredentialHelper.credentials(in: Array(answer.utf8)) else {
            invocation.log("##[warning]\(program) knows no login for \(registry)")
            return nil
        }
        return credentials
    }

    /// All that the file holds, with the logins for some registries that programs keep.
    func logins(with registries: Set<String>) throws(ActionFailure) -> RegistryLogins {
        var logins = try read()
        for registry in registries.sorted() where logins.credentials(for: registry) == nil {
            if let found = try credentials(for: registry) { logins.set(found, for: registry) }
        }
        return logins
    }

    // MARK: - Writing

    /// Has the steps that follow, and the actions, be logged in to a registry.
    ///
    /// - Parameter registry: a host; `docker.io` for Docker Hub.
    func add(_ credentials: RegistryCredentials, for registry: String) throws(ActionFailure) {
        let pair = credentials.identityToken == nil ? "\(credentials.username):\(credentials.password)" : "<token>:"
        var entry: ExpressionObject = ["auth": .string(Data(pair.utf8).base64EncodedString())]
        if let token = credentials.identityToken { entry["identitytoken"] = .string(token) }
        try change { content in
            var auths = Self.without(registry, in: content["auths"])
            auths[RegistryLogins.server(of: registry)] = .object(entry)
            content["auths"] = .object(auths)
            // A helper would be asked in place of what stands here.
            content["credHelpers"] = .object(Self.without(registry, in: content["credHelpers"]))
            content["credsStore"] = nil
        }
    }

    /// - Returns: whether there was a login.
    @discardableResult
    func remove(_ registry: String) throws(ActionFailure) -> Bool {
        guard try read().credentials(for: registry) != nil else { return false }
        try change { content in content["auths"] = .object(Self.without(registry, in: content["auths"])) }
        return true
    }

    private static func without(_ registry: String, in entries: ExpressionValue?) -> ExpressionObject {
        guard case .object(let object)? = entries else { return ExpressionObject() }
        return ExpressionObject(object.pairs.filter { !RegistryLogins.isSame($0.key, registry) }.map { ($0.key, $0.value) })
    }

    /// What else the file holds stays.
    private func change(_ edit: (inout ExpressionObject) -> Void) throws(ActionFailure) {
        var content = ExpressionObject()
        if let text = try files.text(path, limit: Self.longestFile) {
            do throws(ExpressionError) { content = try ExpressionObject(json: text) } catch {
                throw ActionFailure("\(path) is no JSON object as Docker writes it: \(error.message)")
            }
        }
        edit(&content)
        for key in ["auths", "credHelpers"] {
            if case .object(let object)? = content[key], object.isEmpty { content[key] = nil }
        }
        let text = content.jsonText(pretty: true) + "\n"
        let isInContainer = invocation.assignment.job.container != nil || invocation.assignment.engineUse.defaultContainer != nil
        try archiving { () throws(ArchiveError) in
            _ = try files.map.folder(making: folder)
            // In a container the job may be another user's; only the daemon's gets to where its folders are.
            try files.map.write(text, to: path, mode: isInContainer ? 0o644 : 0o600)
        }
    }
}

/// Asks the engine, or reads what is its; what goes wrong there is the action's failure.
func asking<Value>(_ body: () throws(DockerError) -> Value) throws(ActionFailure) -> Value {
    do throws(DockerError) { return try body() } catch { throw ActionFailure("\(error)") }
}
