internal import Diagnostics
internal import YAML

/// One of a repository's `environments`: who and what protects it, and the variables of its jobs.
public struct EnvironmentSettings: Sendable, Equatable {
    /// Upper and lower case are the same.
    public var name: String
    /// Names of users or roles of whom one has to approve each job; empty: nobody is asked.
    public var approvers: [String] = []
    /// Whether who caused a run may not approve its jobs.
    public var preventsSelfReview = false
    /// How long a request for an approval lasts.
    public var approvalTimeout = Self.defaultTimeout
    /// How long each job waits.
    public var wait = Duration.zero
    /// Patterns of the branches that may deploy; nil: all, or none where there are patterns of tags.
    public var branches: [String]?
    /// The same for tags.
    public var tags: [String]?
    public var variables: [String: String] = [:]
    /// Whether runs that deploy to it take turns.
    public var hasExclusiveLock = true

    /// As long as GitHub's.
    static let defaultTimeout = Duration.seconds(30 * 86_400)
    static let keys = [
        "approvers", "prevent_self_review", "approval_timeout", "wait", "branches", "tags", "variables", "exclusive_lock",
    ]
    private static let waits = Duration.zero...Duration.seconds(30 * 86_400)
    private static let timeouts = Duration.seconds(60)...Duration.seconds(365 * 86_400)

    public init(name: String) { self.name = name }
}

extension EnvironmentSettings {
    /// Reads `environments` of a repository: a mapping of names to what protects each.
    static func list(_ reader: SettingsReader) -> [EnvironmentSettings] {
        var list: [EnvironmentSettings] = []
        for entry in reader.mapping?.mapping("environments")?.entries ?? [] {
            let isKnown = list.contains { $0.name.lowercased() == entry.name.lowercased() }
            if entry.name.isEmpty || entry.name.utf8.count > 255 {
                reader.error("invalid-name", "expected the name of an environment of up to 255 bytes", at: entry.key)
            } else if isKnown {
                reader.error(
                    "duplicate-environment", "there is another environment \"\(entry.name)\": case makes no difference",
                    at: entry.key)
            } else if entry.value.isNull {
                list.append(EnvironmentSettings(name: entry.name))
            } else if let settings = EnvironmentSettings(entry.name, reading: entry.value, reader) {
                list.append(settings)
            }
        }
        return list
    }

    private init?(_ name: String, reading node: YAMLNode, _ reader: SettingsReader) {
        guard
            let mapping = MappingReader(
                node, context: "the environment", keys: Self.keys, nullIsAbsent: true, diagnostics: reader.diagnostics)
        else { return nil }
        self.init(name: name)
        approvers = Self.texts(mapping, "approvers") ?? []
        preventsSelfReview = mapping.boolean("prevent_self_review") ?? false
        approvalTimeout = Self.duration(mapping, "approval_timeout", within: Self.timeouts, reader) ?? approvalTimeout
        wait = Self.duration(mapping, "wait", within: Self.waits, reader) ?? wait
        branches = Self.texts(mapping, "branches")
        tags = Self.texts(mapping, "tags")
        variables = BuildspecSettings.variables(mapping, "variables", reader)
        hasExclusiveLock = mapping.boolean("exclusive_lock") ?? true
        if approvers.isEmpty {
            for key in ["prevent_self_review", "approval_timeout"] {
                guard let node = mapping.value(key) else { continue }
                reader.warning("unused-key", "\(key) has no effect where nobody has to approve; add approvers", at: node)
            }
        }
    }

    private static func texts(_ mapping: MappingReader, _ key: String) -> [String]? {
        mapping.value(key).map { _ in (mapping.texts(key) ?? []).map(\.text).filter { !$0.isEmpty } }
    }

    private static func duration(
        _ mapping: MappingReader, _ key: String, within range: ClosedRange<Duration>, _ reader: SettingsReader
    ) -> Duration? {
        guard let text = mapping.text(key), let node = mapping.value(key) else { return nil }
        guard let duration = Duration(settingText: text) else {
            reader.error("invalid-duration", "expected a duration such as 30m, 2h or 7d, found \"\(text)\"", at: node)
            return nil
        }
        if range.contains(duration) { return duration }
        reader.error(
            "out-of-range",
            "expected a duration from \(range.lowerBound.settingText) to \(range.upperBound.settingText), found \(text)", at: node
        )
        return nil
    }
}
