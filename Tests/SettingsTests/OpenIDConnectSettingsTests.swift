import Diagnostics
import Settings
import Testing

@Suite struct OpenIDConnectSettingsTests {
    private static func loaded(_ section: String, web: String = "") -> LoadedSettings {
        RunnerSettings.parse("web: {openid_connect: {\(section)}\(web)}")
    }

    private static let needed = "issuer: https://login.example.org/realms/team/, client_id: ci, client_secret: env:SECRET"

    @Test("the section as a whole")
    func whole() throws {
        let text =
            Self.needed + ", scopes: [groups], name_claim: nick, role_claim: realm_access.roles,"
            + " roles: {ci-admins: admin, /team/dev: operator}, default_role: viewer, email_domains: [Example.org], label: Team login"
        let settings = try #require(Self.loaded(text).settings?.web.openIDConnect)
        // With its slash: tokens have to say the same.
        #expect(settings.issuer == "https://login.example.org/realms/team/")
        #expect(settings.clientID == "ci" && settings.clientSecret == .environment("SECRET"))
        #expect(settings.scopes == ["groups"] && settings.nameClaim == "nick" && settings.roleClaim == "realm_access.roles")
        #expect(settings.roles == ["ci-admins": .admin, "/team/dev": .operator] && settings.defaultRole == .viewer)
        #expect(settings.emailDomains == ["example.org"] && settings.label == "Team login")
    }

    @Test("what is not written has its default, and the whole section may be missing")
    func defaults() throws {
        let settings = try #require(Self.loaded(Self.needed + ", roles: {a: viewer}").settings?.web.openIDConnect)
        #expect(settings.scopes == ["profile", "email"] && settings.nameClaim == nil && settings.roleClaim == "groups")
        #expect(settings.defaultRole == .none && settings.emailDomains.isEmpty && settings.label == "login.example.org")
        #expect(RunnerSettings.parse("web: {}").settings?.web.openIDConnect == nil)
    }

    @Test(
        "mistakes are told by their rule, in their line",
        arguments: [
            ("client_id: ci, client_secret: env:A, default_role: viewer", "missing-key"),
            ("issuer: https://a.example, client_secret: env:A, default_role: viewer", "missing-key"),
            ("issuer: https://a.example, client_id: ci, default_role: viewer", "missing-key"),
            ("issuer: https://a.example, client_id: ci, client_secret: plain, default_role: viewer", "literal-secret"),
            ("issuer: http://a.example, client_id: ci, client_secret: env:A, default_role: viewer", "insecure-url"),
            ("issuer: a.example, client_id: ci, client_secret: env:A, default_role: viewer", "invalid-url"),
            ("issuer: 'https://a.example/?b', client_id: ci, client_secret: env:A, default_role: viewer", "invalid-url"),
            ("issuer: https://a.example, client_id: ci, client_secret: env:A", "nobody-enters"),
            ("issuer: https://a.example, client_id: ci, client_secret: env:A, roles: {}", "nobody-enters"),
            ("issuer: https://a.example, client_id: ci, client_secret: env:A, roles: {a: root}", "unknown-value"),
            ("issuer: https://a.example, client_id: ci, client_secret: env:A, roles: {a: [admin]}", "unknown-value"),
            ("issuer: https://a.example, client_id: ci, client_secret: env:A, default_role: admin", "unknown-value"),
            ("issuer: https://a.example, client_id: ci, client_secret: env:A, default_role: viewer, rolls: {}", "unknown-key"),
            (
                "issuer: https://a.example, client_id: ci, client_secret: env:A, default_role: viewer, scopes: [a b]",
                "invalid-scope"
            ),
            (
                "issuer: https://a.example, client_id: ci, client_secret: env:A, default_role: viewer, email_domains: [a]",
                "invalid-host"
            ),
            ("issuer: https://a.example, client_id: ci, client_secret: env:A, default_role: viewer, label: ''", "invalid-label"),
        ])
    func mistakes(section: String, rule: String) throws {
        let errors = Self.loaded(section).diagnostics.filter { $0.severity == .error }
        #expect(errors.map(\.rule) == [rule] && errors.first?.line == 1)
        #expect(Self.loaded(section).settings == nil)
    }

    @Test("the provider has to know where it sends people back to")
    func returnAddress() {
        let section = Self.needed + ", default_role: viewer"
        let rules = { (web: String) in Self.loaded(section, web: web).diagnostics.filter { $0.severity == .error }.map(\.rule) }
        #expect(rules(", listen: '0.0.0.0:80'") == ["missing-key"] && rules(", listen: '127.0.0.1:0'") == ["missing-key"])
        #expect(rules(", listen: '0.0.0.0:80', url: https://ci.example.org") == [] && rules(", listen: '127.0.0.1:80'") == [])
    }

    @Test("a door that is open to everybody with an account anywhere is warned of")
    func openDoor() {
        let rules = { (more: String) in
            Self.loaded("issuer: https://accounts.google.com, client_id: ci, client_secret: env:A, \(more)").diagnostics.map(
                \.rule)
        }
        #expect(rules("default_role: viewer") == ["open-provider"])
        #expect(rules("default_role: viewer, email_domains: [example.org]") == [] && rules("roles: {a: viewer}") == [])
    }
}
