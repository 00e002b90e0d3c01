internal import AWS
internal import HTTPTransport
internal import Notices
internal import Outward
internal import Settings

extension OutwardConfiguration {
    /// - Parameter environment: the daemon's, in which secrets are looked up.
    init(_ settings: RunnerSettings, environment: [String: String]) {
        var forges: [String: ForgeTarget] = [:]
        for repository in settings.repositories {
            forges[repository.name] = ForgeTarget(repository, environment: environment)
        }
        self.init(
            pageURL: settings.web.url, repositories: settings.repositories.map(\.name), forges: forges,
            webhooks: settings.webhooks.map { webhook in
                EventWebhook(
                    name: webhook.name, url: OutwardSecret(webhook.url, environment),
                    secret: OutwardSecret(webhook.secret, environment), events: Set(webhook.events),
                    filter: RunSelection(webhook.filter))
            },
            rules: settings.notifications.map { NotificationRule($0, settings.aws, environment) })
    }
}

extension ForgeTarget {
    /// Nil where the forge is told nothing.
    fileprivate init?(_ repository: RepositorySettings, environment: [String: String]) {
        let status = repository.status
        guard let token = status.token, let apiURL = status.apiURL else { return nil }
        let kind: Kind =
            switch status.kind {
            case .github: status.checks ? .githubChecks : .github
            case .gitlab: .gitlab
            case .gitea: .gitea
            }
        self.init(
            kind: kind, apiURL: apiURL, repository: repository.forge.repository, token: OutwardSecret(token, environment),
            context: status.context, tellsJobs: status.jobs)
    }
}

extension OutwardSecret {
    fileprivate init(_ reference: SecretReference, _ environment: [String: String]) {
        self.init { () throws(NoticeError) in try reference.value(environment) }
    }
}

extension SecretReference {
    fileprivate func value(_ environment: [String: String]) throws(NoticeError) -> String {
        do throws(SettingsError) { return try resolve(environment: environment) } catch {
            throw NoticeError(error.message, kind: .unauthorized)
        }
    }

    fileprivate func address(_ environment: [String: String]) throws(NoticeError) -> WebAddress {
        guard let address = WebAddress(try value(environment)) else {
            throw NoticeError("\(self) is not \(WebAddress.form)", kind: .unauthorized)
        }
        return address
    }
}

extension RunSelection {
    fileprivate init(_ filter: OutwardFilter) {
        self.init(repositories: filter.repositories, branches: filter.branches, workflows: filter.workflows)
    }
}

extension NotificationRule {
    fileprivate init(_ settings: NotificationSettings, _ aws: AWSSettings, _ environment: [String: String]) {
        var ways: [Way] = []
        if let webhook = settings.webhook {
            ways.append(
                Way(kind: "webhook") { () throws(NoticeError) in
                    WebhookWay(address: try webhook.url.address(environment), secret: try webhook.secret?.value(environment))
                })
        }
        if let slack = settings.slack {
            ways.append(
                Way(kind: "slack") { () throws(NoticeError) in
                    SlackWay(address: try slack.url.address(environment), channel: slack.channel)
                })
        }
        if let topic = settings.topic {
            ways.append(
                Way(kind: "sns") { () throws(NoticeError) in
                    TopicWay(arn: topic, configuration: try Self.configuration(aws, environment))
                })
        }
        if let mail = settings.mail {
            ways.append(Way(kind: "mail") { () throws(NoticeError) in try Self.way(mail, environment) })
        }
        self.init(
            name: settings.name, occasions: Set(settings.on.compactMap { Occasion(rawValue: $0.rawValue) }),
            filter: RunSelection(settings.filter), environments: settings.environments, ways: ways)
    }

    private static func way(
        _ mail: NotificationSettings.Mail, _ environment: [String: String]
    ) throws(NoticeError) -> MailWay {
        let password = try mail.password?.value(environment)
        guard
            let server = MailServer(
                address: mail.server, username: mail.username, password: password, isOpen: mail.isInsecure)
        else {
            throw NoticeError("its server has to be smtp://HOST:PORT or smtps://HOST:PORT", kind: .unauthorized)
        }
        return MailWay(server: server, from: mail.from, to: mail.to)
    }

    /// The daemon's own credentials: no job is involved.
    private static func configuration(
        _ settings: AWSSettings, _ environment: [String: String]
    ) throws(NoticeError) -> AWSConfiguration {
        do throws(AWSError) {
            var configuration = try AWSConfiguration(environment: environment, profile: settings.profile)
            if let region = settings.region { configuration.region = region }
            if let endpoint = settings.endpoint { configuration.endpoints = AWSEndpoints(everywhere: endpoint) }
            return configuration
        } catch {
            throw NoticeError("\(error)", kind: .unauthorized)
        }
    }
}
