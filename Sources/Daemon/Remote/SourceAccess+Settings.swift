internal import Execution
internal import Plan
internal import Settings
internal import Workflows

extension SourceAccess {
    /// What a job of a repository may check out besides it.
    ///
    /// - Parameters:
    ///   - name: the repository whose job it is.
    ///   - isUntrusted: what is shared with the repository is not shared with a stranger's code in it.
    init(_ settings: RunnerSettings, jobOf name: String, isUntrusted: Bool, folders: StateFolders) {
        let own = settings.repository(named: name)
        let actions = SourceDirectory(server: settings.actions.server, mirrors: settings.actions.mirrors)
        let isElsewhere = own?.forge.serverURL.map { $0 != settings.actions.server } ?? false
        self.init(
            repositories: settings.repositories.map { repository in
                let isShared = !isUntrusted && FilterList(repository.sharedWith, kind: .ref).includes(name)
                return Repository(
                    names: Set([repository.forge.repository, repository.name]).compactMap { RepositoryName($0) },
                    url: repository.url,
                    mirror: isShared ? folders.mirror(of: repository.name) : nil)
            },
            directory: isElsewhere ? SourceDirectory(server: own?.forge.serverURL ?? settings.actions.server) : actions,
            folder: folders.checkouts,
            knownHosts: own?.credentials.knownHosts ?? settings.actions.credentials.knownHosts ?? "/etc/ssh/ssh_known_hosts",
            timeout: settings.limits.fetchTimeout.seconds, isUntrusted: isUntrusted)
    }
}
