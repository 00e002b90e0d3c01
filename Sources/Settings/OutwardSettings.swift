internal import Diagnostics
internal import YAML

/// Which runs somebody is told of: patterns in the form of a workflow's branch filters.
public struct OutwardFilter: Sendable, Equatable {
    public var repositories: [String] = ["**"]
    public var branches: [String] = ["**"]
    /// Names or files.
    public var workflows: [String] = ["**"]

    init(_ entry: OutwardEntry) {
        repositories = entry.patterns("repositories")
        branches = entry.patterns("branches")
        workflows = entry.patterns("workflows")
    }
}

/// One of `webhooks`: a program that is told of events.
public struct EventWebhookSettings: Sendable, Equatable {
    public var name: String
    public var url: SecretReference
    /// With what its deliveries are signed.
    public var secret: SecretReference
    /// Names of events, or `*`.
    public var events: [String]
    public var filter: OutwardFilter

    static let keys = ["name", "url", "secret", "events", "repositories", "branches", "workflows"]
    static let knownEvents = [
        "run.queued", "run.started", "run.completed", "job.started", "job.completed", "approval.requested", "approval.answered",
        "deployment.started", "deployment.completed", "environment.started", "environment.completed",
    ]

    static func list(_ reader: SettingsReader) -> [EventWebhookSettings] {
        OutwardEntry.all("webhooks", keys, reader).compactMap { entry in
            let events = entry.texts("events")
            for (text, node) in events where text != "*" && !knownEvents.contains(text) {
                reader.error(
                    "unknown-event", "expected * or one of \(knownEvents.joined(separator: ", ")), found \"\(text)\"", at: node)
            }
            guard let url = entry.secret("url"), let secret = entry.secret("secret") else { return nil }
            return EventWebhookSettings(
                name: entry.name, url: url, secret: secret, events: events.isEmpty ? ["*"] : events.map(\.text),
                filter: OutwardFilter(entry))
        }
    }
}

/// One of `notifications`: who is told of what, by which ways.
public struct NotificationSettings: Sendable, Equatable {
    public enum Occasion: String, Sendable, Hashable, CaseIterable {
        case failure
        /// The first success after a failure of the same workflow on the same branch.
        case recovery
        case success
        /// A job waits for an approval.
        case approval
        case deployment
        /// The end of every run.
        case always
    }

    public struct Webhook: Sendable, Equatable {
        public var url: SecretReference
        public var secret: SecretReference?
    }

    public struct Slack: Sendable, Equatable {
        public var url: SecretReference
        public var channel: String?
    }

    public struct Mail: Sendable, Equatable {
        public var to: [String]
        public var from: String
        /// `smtp://HOST:PORT` or `smtps://HOST:PORT`.
        public var server: String
        public var username: String?
        public var password: SecretReference?
        public var isInsecure: Bool
    }

    public var name: String
    public var on: Set<Occasion>
    public var filter: OutwardFilter
    /// Of deployments, those to these environments, or to these services: patterns of names, or of `cluster/service`.
    public var environments: [String]
    public var webhook: Webhook?
    public var slack: Slack?
    /// The ARN of a topic of Amazon SNS.
    public var topic: String?
    public var mail: Mail?

    static let keys = [
        "name", "on", "repositories", "branches", "workflows", "environments", "webhook", "slack", "sns", "mail",
    ]

    static func list(_ reader: SettingsReader) -> [NotificationSettings] {
        OutwardEntry.all("notifications", keys, reader).compactMap { NotificationSettings($0, reader) }
    }

    private init?(_ entry: OutwardEntry, _ reader: SettingsReader) {
        name = entry.name
        filter = OutwardFilter(entry)
        environments = entry.patterns("environments")
        on = []
        for (text, node) in entry.texts("on") {
            if let occasion = Occasion(rawValue: text) {
                on.insert(occasion)
            } else {
                let known = Occasion.allCases.map(\.rawValue).joined(separator: ", ")
                reader.error("unknown-occasion", "expected one of \(known), found \"\(text)\"", at: node)
            }
        }
        if entry.texts("on").isEmpty { on = [.failure, .recovery] }
        if let inner = entry.section("webhook", keys: ["url", "secret"]), let url = inner.secret("url") {
            webhook = Webhook(url: url, secret: inner.mapping.value("secret") == nil ? nil : inner.secret("secret"))
        }
        if let inner = entry.section("slack", keys: ["url", "channel"]), let url = inner.secret("url") {
            slack = Slack(url: url, channel: inner.mapping.text("channel"))
        }
        if let inner = entry.section("sns", keys: ["topic"]) { topic = inner.required("topic") }
        mail = Self.mail(entry, reader)
        guard webhook != nil || slack != nil || topic != nil || mail != nil else {
            if ["webhook", "slack", "sns", "mail"].allSatisfy({ entry.mapping.value($0) == nil }) {
                reader.error("nobody-told", "nobody is told: add webhook, slack, sns or mail", at: entry.node)
            }
            return nil
        }
    }

    private static func mail(_ entry: OutwardEntry, _ reader: SettingsReader) -> Mail? {
        let keys = ["to", "from", "server", "username", "password", "insecure"]
        guard let inner = entry.section("mail", keys: keys) else { return nil }
        let to = inner.texts("to").map(\.text).filter { !$0.isEmpty }
        if to.isEmpty { reader.error("missing-key", "a mail needs somebody to go to: add to", at: inner.node) }
        guard let from = inner.required("from"), let server = inner.required("server"), !to.isEmpty else { return nil }
        let password = inner.mapping.value("password") == nil ? nil : inner.secret("password")
        let isInsecure = inner.mapping.boolean("insecure") ?? false
        if isInsecure, password != nil {
            reader.error("open-transport", "with insecure the password would be sent unencrypted: leave one out", at: inner.node)
        }
        return Mail(
            to: to, from: from, server: server, username: inner.mapping.text("username"), password: password,
            isInsecure: isInsecure)
    }
}

/// An element of a list of the settings, or a mapping in one.
struct OutwardEntry {
    let mapping: MappingReader
    let node: YAMLNode
    let reader: SettingsReader
    var name = ""

    /// The elements of a list that have a name of their own; what is wrong is reported.
    static func all(_ key: String, _ keys: [String], _ reader: SettingsReader) -> [OutwardEntry] {
        var entries: [OutwardEntry] = []
        for node in reader.mapping?.elements(key) ?? [] {
            guard
                let mapping = MappingReader(
                    node, context: "one of \(key)", keys: keys, nullIsAbsent: true, diagnostics: reader.diagnostics)
            else { continue }
            var entry = OutwardEntry(mapping: mapping, node: node, reader: reader)
            guard let name = entry.required("name") else { continue }
            let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
            if !isName || name.isEmpty || name.count > 100 {
                reader.error(
                    "invalid-name", "expected a name of letters, digits, \".\", \"_\" and \"-\", found \"\(name)\"", at: node)
            } else if entries.contains(where: { $0.name == name }) {
                reader.error("duplicate-name", "another one of \(key) has the name \"\(name)\"", at: node)
            } else {
                entry.name = name
                entries.append(entry)
            }
        }
        return entries
    }

    func section(_ key: String, keys: [String]) -> OutwardEntry? {
        guard let node = mapping.value(key),
            let inner = MappingReader(
                node, context: "\(key) of \(name)", keys: keys, nullIsAbsent: true, diagnostics: reader.diagnostics)
        else { return nil }
        return OutwardEntry(mapping: inner, node: node, reader: reader, name: name)
    }

    func required(_ key: String) -> String? {
        guard mapping.required(key) != nil else { return nil }
        return mapping.text(key)
    }

    /// A text alone, or a list of them.
    func texts(_ key: String) -> [(text: String, node: YAMLNode)] {
        guard let node = mapping.value(key) else { return [] }
        if let text = node.scalarText { return [(text, node)] }
        return mapping.texts(key) ?? []
    }

    func patterns(_ key: String) -> [String] {
        guard mapping.value(key) != nil else { return ["**"] }
        return texts(key).compactMap { text, node in
            if !text.isEmpty, text != "!" { return text }
            reader.error("invalid-pattern", "expected a pattern such as main or release/**, found \"\(text)\"", at: node)
            return nil
        }
    }

    func secret(_ key: String) -> SecretReference? {
        guard let text = required(key), let node = mapping.value(key) else { return nil }
        return reader.secret(text, node, allowsLiteral: false)
    }
}
