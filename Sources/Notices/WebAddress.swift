public import AWS
internal import HTTPTransport

/// A URL that something is posted to. Its path and query may be secret, and stay out of messages.
public struct WebAddress: Sendable {
    private let origin: String
    private let path: String
    /// With its port, for messages.
    public let host: String
    private static let firstWait = Duration.milliseconds(500)
    private static let longestAnswer = 64 << 10

    /// What a text has to be, for messages.
    public static let form = "an http or https URL with a host and without a user"

    /// Nil where the text is not of that form.
    public init?(_ url: String) {
        guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }) else { return nil }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        origin = scheme + authority
        host = String(authority)
        let path = rest.dropFirst(authority.count).prefix { $0 != "#" }
        self.path = path.hasPrefix("/") ? String(path) : "/" + path
    }

    /// Sends until it is taken; where the server or the way to it has a problem, as often as is said. Blocks.
    public func post(
        _ body: [UInt8], headers: [(name: String, value: String)], attempts: Int, _ patience: AWSPatience
    ) throws(NoticeError) {
        _ = try send("POST", body, headers: headers, attempts: attempts, patience)
    }

    /// The same with any method.
    ///
    /// - Parameter suffix: comes after the path: of an address without a query.
    /// - Returns: the answer's body, as far as it is not longer than 64 KiB.
    public func send(
        _ method: String, suffix: String = "", _ body: [UInt8]?, headers: [(name: String, value: String)], attempts: Int,
        _ patience: AWSPatience
    ) throws(NoticeError) -> [UInt8] {
        let path = suffix.isEmpty ? self.path : (self.path == "/" ? "" : self.path) + suffix
        let request = TransportRequest(method, path, at: .server(url: origin), headers: headers, body: body)
        var wait = Self.firstWait
        var attempt = 1
        while true {
            do throws(NoticeError) { return try once(request, patience) } catch {
                guard case .mayPass = error.kind, attempt < attempts else { throw error }
            }
            guard patience.wait(wait) == .elapsed else { throw NoticeError("cancelled", kind: .cancelled) }
            wait *= 2
            attempt += 1
        }
    }

    private func once(_ request: TransportRequest, _ patience: AWSPatience) throws(NoticeError) -> [UInt8] {
        let found: (head: TransportHead, text: [UInt8])?
        do throws(HTTPTransportError) { found = try Self.exchange(request, patience) } catch {
            if error.reason == .cancelled { throw NoticeError("cancelled", kind: .cancelled) }
            // The error's own words have the path in them.
            throw NoticeError(
                "\(error.reason.rawValue)\(error.detail.isEmpty ? "" : ": \(error.detail)")",
                kind: error.noticeKind)
        }
        guard let (head, text) = found else { throw NoticeError("cancelled", kind: .cancelled) }
        if head.status < 300 { return text }
        throw Self.refusal(head, text)
    }

    /// Nil where the patience ended first.
    private static func exchange(
        _ request: TransportRequest, _ patience: AWSPatience
    ) throws(HTTPTransportError) -> (TransportHead, [UInt8])? {
        let exchange = try TransportExchange(request)
        guard let head = try exchange.head(until: patience.moment, interruption: patience.descriptor) else { return nil }
        var text: [UInt8] = []
        while case .bytes(let bytes) = try exchange.next(until: patience.moment, interruption: patience.descriptor),
            text.count < longestAnswer
        {
            text += bytes
        }
        return (head, text)
    }

    private static func refusal(_ head: TransportHead, _ text: [UInt8]) -> NoticeError {
        let said = String(decoding: text.prefix(200), as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ")
        let problem = "it answered HTTP \(head.status)\(said.isEmpty ? "" : ": \(said)")"
        let after = head.header("Retry-After").flatMap(Int.init).map { Duration.seconds(max(0, min($0, 86_400))) }
        // GitHub says with 403 that somebody asks too often.
        let isTooOften = head.status == 403 && (after != nil || head.header("x-ratelimit-remaining") == "0")
        let isPassing = head.status >= 500 || [408, 425, 429].contains(head.status) || isTooOften
        if isPassing { return NoticeError(problem, kind: .mayPass(after: after)) }
        return NoticeError(problem, kind: [401, 403].contains(head.status) ? .unauthorized : .refused)
    }
}

extension HTTPTransportError {
    /// What it means for a notice. A certificate that has expired is renewed, and a clock set right, while the notice waits.
    var noticeKind: NoticeError.Kind {
        switch reason {
        case .cancelled: .cancelled
        case .unauthorized: .unauthorized
        case .insecure: .mayPass(after: nil)
        default: isTransient ? .mayPass(after: nil) : .refused
        }
    }
}
