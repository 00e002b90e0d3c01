internal import FoundationEssentials
internal import HTTPTransport

/// Requests to the provider: bounded in time and size, and never led elsewhere.
struct ProviderConnection: Sendable {
    private static let longestBody = 512 << 10
    private static let deadlines = TransportDeadlines(connect: .seconds(5), total: .seconds(10), idle: .seconds(10))

    private let client = TransportClient()

    func get(_ address: ProviderAddress, bearer: String? = nil) async throws(OpenIDConnectError) -> TransportResponse {
        let headers = bearer.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
        return try await send("GET", address, headers, nil)
    }

    func post(
        _ address: ProviderAddress, _ fields: [(name: String, value: String)], authorization: String?
    ) async throws(OpenIDConnectError) -> TransportResponse {
        let headers =
            [(name: "Content-Type", value: "application/x-www-form-urlencoded")]
            + (authorization.map { [(name: "Authorization", value: $0)] } ?? [])
        return try await send("POST", address, headers, Array(FormText.encoded(fields).utf8))
    }

    private func send(
        _ method: String, _ address: ProviderAddress, _ headers: [(name: String, value: String)], _ body: [UInt8]?
    ) async throws(OpenIDConnectError) -> TransportResponse {
        var request = TransportRequest(
            method, address.path, at: .server(url: address.origin),
            headers: headers + [(name: "Accept", value: "application/json")],
            body: body, deadlines: Self.deadlines, longestBody: Self.longestBody)
        request.avoidsProxy = address.isLoopback
        do throws(HTTPTransportError) { return try await client.send(request) } catch {
            throw OpenIDConnectError(
                .unavailable, "The provider of sign-ins can't be asked: \(error). Try again later, or sign in by a password.")
        }
    }

    /// The body of an answer that has to be there.
    static func body(of answer: TransportResponse, from address: ProviderAddress) throws(OpenIDConnectError) -> [UInt8] {
        guard answer.status == 200 else { throw unexpected(answer, from: address) }
        return answer.body
    }

    static func unexpected(_ answer: TransportResponse, from address: ProviderAddress) -> OpenIDConnectError {
        OpenIDConnectError(
            .unavailable,
            "The provider answered \(address.origin)\(address.path.prefix { $0 != "?" }) with \(answer.status): try again later, or"
                + " sign in by a password.")
    }
}
