internal import FoundationEssentials
internal import HTTPTransport
internal import PercentCoding

/// What is asked of the provider, by us and not by the browser, about somebody who came back.
struct ProviderExchange: Sendable {
    struct Tokens: Sendable {
        var id: String
        var access: String?
    }

    private struct Answer: Decodable {
        var id_token: String?
        var access_token: String?
    }

    private struct Refusal: Decodable {
        var error: String?
        var error_description: String?
    }

    let configuration: ProviderConfiguration
    let document: ProviderDocument
    let connection: ProviderConnection

    /// The tokens for a code, which is good once.
    func tokens(for code: String, ticket: SignInTicket) async throws(OpenIDConnectError) -> Tokens {
        var fields = [
            (name: "grant_type", value: "authorization_code"), (name: "code", value: code),
            (name: "redirect_uri", value: configuration.redirectURL), (name: "code_verifier", value: ticket.verifier),
        ]
        var authorization: String?
        switch document.authentication {
        case .header:
            // Both are escaped before they are put together (RFC 6749, section 2.3.1).
            let pair = "\(PercentEncoding.encoded(configuration.clientID)):\(PercentEncoding.encoded(configuration.clientSecret))"
            authorization = "Basic \(Data(pair.utf8).base64EncodedString())"
        case .form:
            fields += [
                (name: "client_id", value: configuration.clientID), (name: "client_secret", value: configuration.clientSecret),
            ]
        }
        let answer = try await connection.post(document.token, fields, authorization: authorization)
        guard answer.status == 200 else { throw refusal(answer) }
        guard let tokens = try? JSONDecoder().decode(Answer.self, from: Data(answer.body)), let id = tokens.id_token else {
            throw OpenIDConnectError(
                .untrusted, "The provider answered without an ID token: is the scope openid allowed for this client there?")
        }
        return Tokens(id: id, access: tokens.access_token)
    }

    private func refusal(_ answer: TransportResponse) -> OpenIDConnectError {
        guard (400..<500).contains(answer.status), let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(answer.body)),
            let word = refusal.error
        else { return ProviderConnection.unexpected(answer, from: document.token) }
        let words = refusal.error_description.map { " It says: \"\($0.quoted)\"." } ?? ""
        switch word {
        case "invalid_grant":
            return OpenIDConnectError(
                .stale, "The provider does not know this sign-in any more (invalid_grant): begin again.\(words)")
        case "invalid_client", "unauthorized_client":
            return OpenIDConnectError(
                .misconfigured,
                "The provider does not take our client_id and client_secret (\(word)): an admin has to look at web.openid_connect."
                    + words)
        default:
            return OpenIDConnectError(.misconfigured, "The provider does not take our request (\(word.quoted)).\(words)")
        }
    }

    /// What else the provider tells of somebody.
    func userInfo(
        at address: ProviderAddress, of subject: String, bearer: String
    ) async throws(OpenIDConnectError) -> Claims {
        let answer = try await connection.get(address, bearer: bearer)
        guard let claims = Claims(json: try ProviderConnection.body(of: answer, from: address)) else {
            throw OpenIDConnectError(
                .unavailable, "What the provider tells of you at \(address.text) is not JSON: have it send plain claims there.")
        }
        // It is bound to the ID token by nothing else (OpenID Connect Core 1.0, section 5.3.2).
        guard claims["sub"]?.text?.isExactly(subject) == true else {
            throw OpenIDConnectError(
                .untrusted, "The provider told of somebody else than who signed in (sub): nobody was signed in.")
        }
        return claims
    }
}
