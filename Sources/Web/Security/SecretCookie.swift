internal import HTTPTypes

/// A cookie that says whose a browser is, or what it is about to be told.
struct SecretCookie: Sendable {
    private let isSecure: Bool
    /// With the prefix, a browser takes it from this very host by https only: no other host of the domain can set one (RFC 6265bis).
    let name: String

    private init(_ purpose: String, _ configuration: WebConfiguration) {
        isSecure = configuration.isSecure
        name = (isSecure ? "__Host-" : "") + "slipway-\(purpose)"
    }

    /// That which keeps somebody signed in.
    static func session(_ configuration: WebConfiguration) -> SecretCookie { SecretCookie("session", configuration) }

    /// That which ties what comes back from a provider of identities to the browser that went there.
    static func ticket(_ configuration: WebConfiguration) -> SecretCookie { SecretCookie("openid", configuration) }

    /// Sent with links of other sites too, such as the one that leads back from a provider.
    ///
    /// - Parameter lifetime: seconds.
    func field(_ secret: String, lifetime: Double) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: "\(name)=\(secret); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(Int(lifetime))\(isSecure ? "; Secure" : "")")
    }

    var removal: HTTPField { field("", lifetime: 0) }
}
