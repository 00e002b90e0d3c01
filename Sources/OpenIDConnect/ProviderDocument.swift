internal import FoundationEssentials

/// What the provider says of itself (OpenID Connect Discovery 1.0), checked.
struct ProviderDocument: Sendable {
    enum Authentication: Sendable {
        /// Name and secret as the header of HTTP's basic authentication.
        case header
        /// As fields of the form.
        case form
    }

    let authorization: ProviderAddress
    let token: ProviderAddress
    let keys: ProviderAddress
    let userInfo: ProviderAddress?
    let authentication: Authentication
    /// Whether its answers say whose they are (RFC 9207).
    let namesIssuer: Bool

    private struct Document: Decodable {
        var issuer: String?
        var authorization_endpoint: String?
        var token_endpoint: String?
        var jwks_uri: String?
        var userinfo_endpoint: String?
        var token_endpoint_auth_methods_supported: [String]?
        var authorization_response_iss_parameter_supported: Bool?
    }

    /// The address of the document of an issuer; nil where the issuer is no URL that may be asked.
    static func address(of issuer: String) -> ProviderAddress? {
        ProviderAddress((issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration")
    }

    init(json: [UInt8], issuer: String) throws(OpenIDConnectError) {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(json)) else {
            throw Self.unusable(issuer, "it is not the JSON that OpenID Connect has")
        }
        guard document.issuer?.isExactly(issuer) == true else {
            throw Self.unusable(
                issuer,
                "its issuer is \(document.issuer?.quoted ?? "missing"): write that as web.openid_connect.issuer if it is meant,"
                    + " with every slash")
        }
        authorization = try Self.address("authorization_endpoint", document.authorization_endpoint, issuer)
        token = try Self.address("token_endpoint", document.token_endpoint, issuer)
        keys = try Self.address("jwks_uri", document.jwks_uri, issuer)
        userInfo = try document.userinfo_endpoint.map { text throws(OpenIDConnectError) in
            try Self.address("userinfo_endpoint", text, issuer)
        }
        let methods = document.token_endpoint_auth_methods_supported ?? ["client_secret_basic"]
        guard let method = methods.lazy.compactMap(Self.authentication).first else {
            throw Self.unusable(
                issuer, "it takes neither client_secret_basic nor client_secret_post: \(methods.joined(separator: ", ").quoted)")
        }
        authentication = methods.contains("client_secret_basic") ? .header : method
        namesIssuer = document.authorization_response_iss_parameter_supported ?? false
    }

    private static func authentication(_ word: String) -> Authentication? {
        switch word {
        case "client_secret_basic": .header
        case "client_secret_post": .form
        default: nil
        }
    }

    private static func address(_ name: String, _ text: String?, _ issuer: String) throws(OpenIDConnectError) -> ProviderAddress {
        guard let text, let address = ProviderAddress(text) else {
            throw unusable(issuer, "its \(name) is no https address: \(text?.quoted ?? "there is none")")
        }
        return address
    }

    private static func unusable(_ issuer: String, _ reason: String) -> OpenIDConnectError {
        OpenIDConnectError(.misconfigured, "Nobody can sign in by \(issuer): of its description, \(reason).")
    }
}
