internal import Diagnostics
internal import YAML

/// `actions`: where the actions and reusable workflows of other repositories come from, and which of them may run.
public struct ActionSettings: Sendable, Equatable {
    /// What a tag that is used again stands for.
    public enum Update: String, Sendable, Hashable, CaseIterable {
        /// The commit that it named when it was first used, until an operator takes the new one.
        case locked
        /// The newest commit.
        case follow
    }

    /// The address of a server, or a whole address with `{owner}` and `{repository}` in it.
    public var server: String
    /// Addresses by an owner or `owner/repository`.
    public var mirrors: [String: String]
    /// With what the server is asked; never sent to the mirrors.
    public var credentials: CredentialSettings
    /// Patterns of the references that may be used.
    public var allow: [String]
    public var update: Update
    /// How often it is looked at whether a locked tag has moved; nil: never.
    public var check: Duration?

    init(reading reader: SettingsReader) {
        server = reader.sourceAddress("server") ?? "https://github.com"
        mirrors = Self.mirrors(reader)
        allow = Self.patterns(reader)
        update = reader.choice("update", default: .locked)
        check = reader.unlessOff("check", default: .seconds(3600)) { $0.duration("check", default: .seconds(3600)) }
        credentials = CredentialSettings(
            reading: reader.section("credentials"), address: try? RepositoryAddress(Self.sample(of: server), folder: "/"))
    }

    private static func mirrors(_ reader: SettingsReader) -> [String: String] {
        var mirrors: [String: String] = [:]
        for entry in reader.mapping?.mapping("mirrors")?.entries ?? [] {
            let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
            if parts.contains(where: \.isEmpty) || parts.count > 2 {
                reader.error("invalid-name", "expected an owner or owner/repository, found \"\(entry.name)\"", at: entry.key)
            } else if let text = entry.value.string {
                mirrors[entry.name] = reader.sourceAddress(text, at: entry.value)
            } else {
                reader.diagnostics.reportKind(of: entry.value, expected: "an address", context: "\"\(entry.name)\" of mirrors")
            }
        }
        return mirrors
    }

    private static func patterns(_ reader: SettingsReader) -> [String] {
        guard reader.mapping?.value("allow") != nil else { return ["*"] }
        return reader.texts("allow").compactMap { text, node in
            if !text.isEmpty, text != "!", !text.contains(where: \.isWhitespace) { return text }
            reader.error("invalid-pattern", "expected a pattern such as actions/* or docker/login-action@v3", at: node)
            return nil
        }
    }

    static func sample(of address: String) -> String {
        address.replacing("{owner}", with: "owner").replacing("{repository}", with: "repository")
    }
}

extension SettingsReader {
    func sourceAddress(_ key: String) -> String? {
        guard let (text, node) = text(key) else { return nil }
        return sourceAddress(text, at: node)
    }

    /// An address in which `{owner}` and `{repository}` may stand; a path is made absolute.
    func sourceAddress(_ text: String, at node: YAMLNode) -> String? {
        let sample = ActionSettings.sample(of: text)
        if sample.contains("{") || sample.contains("}") {
            error("invalid-url", "an address has the placeholders {owner} and {repository} only, found \"\(text)\"", at: node)
            return nil
        }
        do {
            let address = try RepositoryAddress(sample, folder: host.folder)
            let isRelative = address.transport == .local && !text.contains("://") && !text.hasPrefix("/")
            return isRelative ? SettingsHost.join(host.folder, text) : text
        } catch {
            self.error("invalid-url", error.message, at: node)
            return nil
        }
    }
}
