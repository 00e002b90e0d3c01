internal import Diagnostics
internal import YAML

/// `web.openid_connect`: the provider by which people sign in.
public struct OpenIDConnectSettings: Sendable, Equatable {
    /// What a value of the claim of roles gives.
    public enum GrantedRole: String, Sendable, CaseIterable {
        case viewer, `operator`, admin
    }

    /// What everybody gets whom the provider knows. Never the rights of an admin: those are given by name.
    public enum DefaultRole: String, Sendable, CaseIterable {
        case none, viewer, `operator`
    }

    /// As it is written, also with a slash at its end: the provider's tokens have to say the same.
    public var issuer: String
    public var clientID: String
    public var clientSecret: SecretReference
    public var scopes = ["profile", "email"]
    /// Nil: `preferred_username`, else `email`.
    public var nameClaim: String?
    public var roleClaim = "groups"
    public var roles: [String: GrantedRole] = [:]
    public var defaultRole = DefaultRole.none
    /// In lower case; all where it is empty.
    public var emailDomains: [String] = []
    /// What the button calls the provider.
    public var label: String

    private static let keys = [
        "issuer", "client_id", "client_secret", "scopes", "name_claim", "role_claim", "roles", "default_role", "email_domains",
        "label",
    ]
    private static let longestLabel = 60
    /// Where anybody can have an account.
    private static let openProviders = ["accounts.google.com", "gitlab.com", "login.microsoftonline.com", "appleid.apple.com"]

    /// Nil where the section is not there, or has not what it needs, which is reported.
    init?(reading web: SettingsReader) {
        guard
            let mapping = MappingReader(
                web.mapping?.value("openid_connect"), context: "web.openid_connect", keys: Self.keys, nullIsAbsent: true,
                diagnostics: web.diagnostics)
        else { return nil }
        let issuer = Self.issuer(mapping, web)
        let clientID = Self.required("client_id", mapping)
        let secret = mapping.required("client_secret").flatMap { node in
            mapping.text("client_secret").flatMap { web.secret($0, node, allowsLiteral: false) }
        }
        guard let issuer, let clientID, let secret else { return nil }
        self.issuer = issuer
        self.clientID = clientID
        clientSecret = secret
        label = URLParts(issuer)?.host ?? issuer
        readClaims(mapping, web)
        defaultRole = mapping.choice("default_role", of: DefaultRole.self) ?? .none
        if let text = mapping.text("label"), let node = mapping.value("label") {
            if !text.isEmpty, text.count <= Self.longestLabel {
                label = text
            } else {
                web.error("invalid-label", "expected 1 to \(Self.longestLabel) characters", at: node)
            }
        }
        checkDoor(mapping, web)
    }

    private mutating func readClaims(_ mapping: MappingReader, _ web: SettingsReader) {
        if mapping.value("scopes") != nil {
            scopes = (mapping.texts("scopes") ?? []).compactMap { text, node in
                if !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return text }
                web.error("invalid-scope", "expected a scope such as profile or groups, found \"\(text)\"", at: node)
                return nil
            }
        }
        if mapping.value("name_claim") != nil { nameClaim = Self.required("name_claim", mapping) }
        if mapping.value("role_claim") != nil { roleClaim = Self.required("role_claim", mapping) ?? roleClaim }
        for entry in mapping.mapping("roles", context: "roles of web.openid_connect")?.entries ?? [] {
            guard let role = entry.value.scalarText.flatMap(GrantedRole.init) else {
                web.error(
                    "unknown-value",
                    "expected viewer, operator or admin for \"\(entry.name)\", found \"\(entry.value.scalarText ?? "")\"",
                    at: entry.value)
                continue
            }
            roles[entry.name] = role
        }
        emailDomains = (mapping.texts("email_domains") ?? []).compactMap { text, node in
            if ListenAddress.isHostName(text), text.contains(".") { return text.lowercased() }
            web.error("invalid-host", "expected a domain such as example.org, found \"\(text)\"", at: node)
            return nil
        }
    }

    private func checkDoor(_ mapping: MappingReader, _ web: SettingsReader) {
        if (mapping.value("default_role")?.scalarText ?? "none") == "none", mapping.value("roles")?.entries?.isEmpty ?? true {
            web.error(
                "nobody-enters",
                "nobody could sign in: write under roles which values of the claim \(roleClaim) give which role, or a default_role",
                at: mapping.value("issuer") ?? mapping.node)
        }
        guard defaultRole != .none, emailDomains.isEmpty, let host = URLParts(issuer)?.host, Self.openProviders.contains(host),
            let node = mapping.value("default_role")
        else { return }
        web.warning(
            "open-provider",
            "anybody can have an account at \(host), and everybody there may sign in as \(defaultRole.rawValue): set email_domains, or"
                + " roles instead", at: node)
    }

    private static func issuer(_ mapping: MappingReader, _ web: SettingsReader) -> String? {
        guard let node = mapping.required("issuer"), let text = mapping.text("issuer") else { return nil }
        guard let parts = URLParts(text), ["http", "https"].contains(parts.scheme), !parts.host.isEmpty, parts.user == nil,
            !text.contains("?"), !text.contains("#")
        else {
            web.error("invalid-url", "expected a URL such as https://login.example.org/realms/team, found \"\(text)\"", at: node)
            return nil
        }
        guard parts.scheme == "https" || ["localhost", "127.0.0.1", "[::1]"].contains(parts.host) else {
            web.error("insecure-url", "expected an https URL: who signs in would be anybody's word by \(text)", at: node)
            return nil
        }
        return text
    }

    /// A text that is not empty.
    private static func required(_ key: String, _ mapping: MappingReader) -> String? {
        guard mapping.required(key) != nil, let text = mapping.text(key) else { return nil }
        if !text.isEmpty { return text }
        mapping.report("missing-key", "expected a text", at: key)
        return nil
    }
}
