public import Notices
public import Workflows

/// Who is told of what, as the settings have it.
public struct OutwardConfiguration: Sendable {
    /// The address of the page, for links; without a slash at its end.
    public var pageURL: String
    /// The repositories of the settings.
    public var repositories: [String]
    /// The forges that are told of a repository's runs.
    public var forges: [String: ForgeTarget]
    public var webhooks: [EventWebhook]
    public var rules: [NotificationRule]

    public init(
        pageURL: String, repositories: [String] = [], forges: [String: ForgeTarget] = [:], webhooks: [EventWebhook] = [],
        rules: [NotificationRule] = []
    ) {
        self.pageURL = pageURL
        self.repositories = repositories
        self.forges = forges
        self.webhooks = webhooks
        self.rules = rules
    }

    /// The repositories of which somebody is told.
    var told: Set<String> {
        Set(
            repositories.filter { name in
                forges[name] != nil || webhooks.contains { $0.filter.repositories.includes(name) }
                    || rules.contains { $0.filter.repositories.includes(name) }
            })
    }

    /// Everybody who is told of a repository's runs; of all for nil.
    public func targets(telling repository: String?) -> [OutwardTarget] {
        guard let repository else { return targets }
        return (forges[repository] == nil ? [] : [.forge(repository)])
            + webhooks.filter { $0.filter.repositories.includes(repository) }.map { .webhook($0.name) }
            + rules.filter { $0.filter.repositories.includes(repository) }
            .flatMap { rule in rule.ways.map { .notification(rule.name, $0.kind) } }
    }

    /// Everybody who is told.
    var targets: [OutwardTarget] {
        forges.keys.sorted().map(OutwardTarget.forge) + webhooks.map { .webhook($0.name) }
            + rules.flatMap { rule in rule.ways.map { .notification(rule.name, $0.kind) } }
    }
}

/// Somebody who is told, as the store names them.
public enum OutwardTarget: Hashable, Sendable {
    /// The forge of a repository.
    case forge(String)
    case webhook(String)
    /// A rule, and which of its ways.
    case notification(String, String)

    public var name: String {
        switch self {
        case .forge(let repository): "status of \(repository)"
        case .webhook(let name): "webhook \(name)"
        case .notification(let name, let way): "notification \(name) by \(way)"
        }
    }
}

/// A secret of the settings, looked up when it is used: who mends its file is heard at the next try.
public struct OutwardSecret: Sendable {
    private let lookUp: @Sendable () throws(NoticeError) -> String

    public init(_ lookUp: @escaping @Sendable () throws(NoticeError) -> String) { self.lookUp = lookUp }

    func value() throws(NoticeError) -> String { try lookUp() }

    /// As the address that it is.
    func address() throws(NoticeError) -> WebAddress {
        guard let address = WebAddress(try value()) else {
            throw NoticeError("its url is not \(WebAddress.form)", kind: .unauthorized)
        }
        return address
    }
}

/// The forge of a repository.
public struct ForgeTarget: Sendable {
    public enum Kind: String, Sendable {
        case github
        /// GitHub, told by check runs.
        case githubChecks
        case gitlab
        case gitea
    }

    public var kind: Kind
    /// Without a slash at its end.
    public var apiURL: String
    /// `owner/name` as the forge has it.
    public var repository: String
    public var token: OutwardSecret
    /// What comes before the workflow's name.
    public var context: String
    public var tellsJobs: Bool

    public init(
        kind: Kind, apiURL: String, repository: String, token: OutwardSecret, context: String, tellsJobs: Bool
    ) {
        self.kind = kind
        self.apiURL = apiURL
        self.repository = repository
        self.token = token
        self.context = context
        self.tellsJobs = tellsJobs
    }
}

/// Which runs somebody is told of.
public struct RunSelection: Sendable {
    public var repositories: FilterList
    public var branches: FilterList
    public var workflows: FilterList

    public init(repositories: [String] = ["**"], branches: [String] = ["**"], workflows: [String] = ["**"]) {
        self.repositories = FilterList(repositories, kind: .ref)
        self.branches = FilterList(branches, kind: .ref)
        self.workflows = FilterList(workflows, kind: .ref)
    }
}

/// A program that is told of events.
public struct EventWebhook: Sendable {
    public var name: String
    public var url: OutwardSecret
    public var secret: OutwardSecret
    /// Names of events; `*` for all.
    public var events: Set<String>
    public var filter: RunSelection

    public init(name: String, url: OutwardSecret, secret: OutwardSecret, events: Set<String>, filter: RunSelection) {
        self.name = name
        self.url = url
        self.secret = secret
        self.events = events
        self.filter = filter
    }
}

/// Who is told of what, by which ways.
public struct NotificationRule: Sendable {
    public enum Occasion: String, Sendable {
        case failure
        case recovery
        case success
        case approval
        case deployment
        case always
    }

    public struct Way: Sendable {
        /// `slack`, `mail`, `sns` or `webhook`.
        public var kind: String
        /// Looks up what is secret, each time.
        public var make: @Sendable () throws(NoticeError) -> any NoticeWay

        public init(kind: String, make: @escaping @Sendable () throws(NoticeError) -> any NoticeWay) {
            self.kind = kind
            self.make = make
        }
    }

    public var name: String
    public var occasions: Set<Occasion>
    public var filter: RunSelection
    /// Of deployments, those to these environments, or to these services: `cluster/service`.
    public var environments: FilterList
    public var ways: [Way]

    public init(name: String, occasions: Set<Occasion>, filter: RunSelection, environments: [String] = ["**"], ways: [Way]) {
        self.name = name
        self.occasions = occasions
        self.filter = filter
        self.environments = FilterList(environments, kind: .ref)
        self.ways = ways
    }
}
