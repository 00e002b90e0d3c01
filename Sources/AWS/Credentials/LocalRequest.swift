internal import HTTPTransport

/// Short requests to servers beside this machine, which hand out credentials: past every proxy, and with little patience.
struct LocalRequest {
    /// Seconds for one attempt.
    var seconds = 1.0
    var attempts = 1

    struct Answer {
        var status: Int
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// - Parameter url: the whole URL.
    func send(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], _ patience: AWSPatience
    ) throws(HTTPTransportError) -> Answer? {
        let parts = Self.parts(of: url)
        return try send(method, parts.path, at: .server(url: parts.origin), headers: headers, patience)
    }

    func send(
        _ method: String, _ path: String, at endpoint: TransportEndpoint, headers: [(name: String, value: String)] = [],
        _ patience: AWSPatience
    ) throws(HTTPTransportError) -> Answer? {
        var request = TransportRequest(
            method, path, at: endpoint, headers: headers, body: method == "PUT" ? [] : nil,
            deadlines: TransportDeadlines(
                connect: .seconds(seconds), total: .seconds(seconds * 5), idle: .seconds(seconds * 5)))
        request.avoidsProxy = true
        var attempt = 1
        while true {
            do throws(HTTPTransportError) {
                let response = try once(request, patience)
                if let response, response.status >= 500, attempt < attempts {
                    attempt += 1
                    continue
                }
                return response
            } catch {
                guard error.isTransient, attempt < attempts else { throw error }
                attempt += 1
            }
        }
    }

    /// Nil where the caller's patience ended.
    private func once(
        _ request: TransportRequest, _ patience: AWSPatience
    ) throws(HTTPTransportError) -> Answer? {
        let exchange = try TransportExchange(request)
        guard let head = try exchange.head(until: patience.moment, interruption: patience.descriptor) else { return nil }
        var body: [UInt8] = []
        while true {
            switch try exchange.next(until: patience.moment, interruption: patience.descriptor) {
            case .bytes(let bytes): body += bytes.prefix(max(0, 1 << 20 - body.count))
            case .end: return Answer(status: head.status, body: body)
            case .interrupted, .momentPassed: return nil
            }
        }
    }

    static func parts(of url: String) -> (origin: String, path: String) {
        guard let separator = url.firstRange(of: "://") else { return (url, "/") }
        let rest = url[separator.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { return (url, "/") }
        return (String(url[..<slash]), String(url[slash...]))
    }
}
