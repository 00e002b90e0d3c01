internal import HTTPTypes
internal import Hummingbird

/// What every answer tells the browser to refuse: everything that the page does not need.
enum SecurityHeaders {
    /// No inline script or style, nothing from elsewhere, in no frame.
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "font-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    static func add(to response: inout Response) {
        response.headers[.contentSecurityPolicy] = contentSecurityPolicy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "same-origin"
        response.headers[.frameOptions] = "DENY"
        response.headers[.openerPolicy] = "same-origin"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-cache" }
    }
}

extension HTTPField.Name {
    /// The names are valid tokens, so the optional initializer can't fail; `date` never gets used.
    private static func named(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .date }

    static let forwardedFor = named("X-Forwarded-For")
    static let secFetchSite = named("Sec-Fetch-Site")
    static let referrerPolicy = named("Referrer-Policy")
    static let frameOptions = named("X-Frame-Options")
    static let openerPolicy = named("Cross-Origin-Opener-Policy")
    static let lastEventID = named("Last-Event-ID")
    static let logFrom = named("Slipway-Log-From")
    static let logTo = named("Slipway-Log-To")
    static let logSize = named("Slipway-Log-Size")
}
