internal import OpenIDConnect
internal import Plan
internal import Settings

extension ProviderConfiguration {
    /// Nil where people sign in by passwords only.
    ///
    /// - Throws: where the client's secret can't be read.
    init?(_ web: WebSettings, environment: [String: String]) throws(DaemonError) {
        guard let settings = web.openIDConnect else { return nil }
        let secret: String
        do throws(SettingsError) { secret = try settings.clientSecret.resolve(environment: environment) } catch {
            throw DaemonError("can't read web.openid_connect.client_secret: \(error)")
        }
        self.init(
            issuer: settings.issuer, clientID: settings.clientID, clientSecret: secret, scopes: settings.scopes, pageURL: web.url,
            label: settings.label,
            rules: ClaimRules(
                nameClaim: settings.nameClaim, roleClaim: settings.roleClaim,
                roles: settings.roles.compactMapValues { Role(rawValue: $0.rawValue) },
                defaultRole: Role(rawValue: settings.defaultRole.rawValue), emailDomains: Set(settings.emailDomains)))
    }
}
