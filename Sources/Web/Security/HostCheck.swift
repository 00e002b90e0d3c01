internal import HTTPTypes
internal import HummingbirdCore

/// Refuses requests for names that are not ours.
///
/// A page of another site can make its own name resolve to this machine (DNS rebinding) and would then be "same origin"
/// with us; but the browser still sends that name in `Host`. An IP address can't be rebound, so any is accepted.
struct HostCheck: Sendable {
    let allowedHosts: [String]

    func check(_ request: WebRequest, access: RouteAccess) throws(WebProblem) {
        guard request.origin == .network, access != .hook, access != .open else { return }
        let authority = request.request.head.authority ?? ""
        guard !isAllowed(authority) else { return }
        throw WebProblem(
            .misdirectedRequest,
            "This server is not \"\(authority)\". Add the name to web.allowed_hosts if it should be reached by it.")
    }

    /// - Parameter authority: a name or address, with or without a port.
    func isAllowed(_ authority: String) -> Bool {
        let host = Self.host(of: authority).lowercased()
        guard !host.isEmpty else { return false }
        if host == "localhost" || host.hasSuffix(".localhost") || Self.isAddress(host) { return true }
        return allowedHosts.contains { $0.lowercased() == host }
    }

    static func host(of authority: String) -> String {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return "" }
            return String(authority[...end])
        }
        return String(authority.prefix { $0 != ":" })
    }

    private static func isAddress(_ host: String) -> Bool {
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
