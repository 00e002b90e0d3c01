internal import Git
internal import Plan
internal import RemoteSources
internal import Settings
internal import Synchronization
internal import Triggers
internal import Workflows

extension SourceRules {
    /// Takes the rules over from the settings, their secrets looked up now.
    ///
    /// - Parameter repositories: those of the same settings.
    init(
        _ settings: RunnerSettings, repositories: [WatchedRepository], environment: [String: String]
    ) throws(DaemonError) {
        let actions = settings.actions
        do {
            self.init(
                directory: SourceDirectory(server: actions.server, mirrors: actions.mirrors),
                allowed: ReferencePatterns(actions.allow),
                credential: try GitCredential(actions.credentials, environment: environment),
                knownHosts: KnownHosts(actions.credentials.knownHosts ?? "/etc/ssh/ssh_known_hosts"),
                followsTags: actions.update == .follow, checkInterval: actions.check?.seconds,
                fetchTimeout: settings.limits.fetchTimeout.seconds)
        } catch {
            throw DaemonError("actions: \(error)")
        }
        for repository in settings.repositories where !repository.sharedWith.isEmpty {
            guard let watched = repositories.first(where: { $0.name == repository.name }) else { continue }
            let patterns = FilterList(repository.sharedWith, kind: .ref)
            for name in Set([repository.forge.repository, repository.name].compactMap { RepositoryName($0) }) {
                shared.append(
                    SharedRepository(
                        name: name, address: watched.address, credential: watched.credential, knownHosts: watched.knownHosts,
                        isSharedWith: { patterns.includes($0) }))
            }
        }
    }
}

extension GitCredential {
    init(_ settings: CredentialSettings, environment: [String: String]) throws(SettingsError) {
        if let key = settings.sshKey {
            self = .sshKey(privateKeyPath: key)
        } else if let token = try settings.token?.resolve(environment: environment) {
            self = .token(username: settings.username ?? "x-access-token", token: token)
        } else {
            self = .none
        }
    }
}

/// The rules in force; a reload of the settings replaces them as a whole.
final class CurrentSourceRules: Sendable {
    private let current: Mutex<SourceRules>

    init(_ rules: SourceRules) { current = Mutex(rules) }

    var value: SourceRules { current.withLock { $0 } }

    func replace(with rules: SourceRules) { current.withLock { $0 = rules } }
}
