internal import FoundationEssentials
internal import HTTPTransport

/// One call of the API, before it is known which version is spoken.
struct EngineRequest {
    /// For messages: what the call is for, as in "can't …".
    var action: String
    var method: String
    /// Without version, not yet percent-encoded: `/containers/json`.
    var path: String
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    /// JSON.
    var body: [UInt8]?
    /// Whether the answer lasts as long as what it reports; the request then has no deadline but the caller's patience.
    var isStream = false

    init(_ method: String, _ path: String, to action: String) {
        self.method = method
        self.path = path
        self.action = action
    }

    /// The call with a value as its JSON body.
    func sending(_ value: some Encodable) throws(DockerError) -> EngineRequest {
        var request = self
        do { request.body = [UInt8](try JSONEncoder().encode(value)) } catch {
            throw DockerError(.refused, action, "the request can't be written as JSON: \(error)")
        }
        request.headers.append(("Content-Type", "application/json"))
        return request
    }

    func asking(_ name: String, _ value: String) -> EngineRequest {
        var request = self
        request.query.append((name, value))
        return request
    }

    func asking(_ name: String, json value: some Encodable) throws(DockerError) -> EngineRequest {
        do { return asking(name, String(decoding: try JSONEncoder().encode(value), as: UTF8.self)) } catch {
            throw DockerError(.refused, action, "\(name) can't be written as JSON: \(error)")
        }
    }

    /// Asks for what meets all of the filters.
    func filtered(by filters: [String: [String]]) throws(DockerError) -> EngineRequest {
        try asking("filters", json: filters)
    }

    /// Path and query as they are sent.
    func target(version: String?) -> String {
        var target = (version.map { "/v\($0)" } ?? "") + Self.encoded(path, keeping: "/")
        for (index, item) in query.enumerated() {
            target += (index == 0 ? "?" : "&") + Self.encoded(item.name) + "=" + Self.encoded(item.value)
        }
        return target
    }

    private static func encoded(_ text: String, keeping kept: String = "") -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~\(kept)".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if plain.contains(byte) { bytes.append(byte) } else { bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
