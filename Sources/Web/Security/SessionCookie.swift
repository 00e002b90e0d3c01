internal import HTTPTypes

/// The cookie that keeps somebody signed in.
struct SessionCookie: Sendable {
    private let isSecure: Bool

    init(_ configuration: WebConfiguration) { isSecure = configuration.isSecure }

    /// With the prefix, a browser takes it from this very host by https only: no other host of the domain can set one (RFC 6265bis).
    var name: String { isSecure ? "__Host-slipway-session" : "slipway-session" }

    /// - Parameter lifetime: seconds.
    func field(_ secret: String, lifetime: Double) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: "\(name)=\(secret); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(Int(lifetime))\(isSecure ? "; Secure" : "")")
    }

    var removal: HTTPField { field("", lifetime: 0) }
}
