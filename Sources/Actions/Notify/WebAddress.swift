internal import AWS
internal import Execution
internal import HTTPTransport

/// A URL that something is posted to. Its path and query may be secret, and stay out of messages.
struct WebAddress {
    private let origin: String
    private let path: String
    let host: String
    private static let attempts = 3
    private static let firstWait = Duration.milliseconds(500)
    private static let longestAnswer = 64 << 10

    init(_ url: String, input: String) throws(ActionFailure) {
        guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }) else {
            throw ActionFailure("the input \"\(input)\" must be an http or https URL")
        }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, !authority.contains("@") else {
            throw ActionFailure("the input \"\(input)\" must be a URL with a host and without a user")
        }
        origin = scheme + authority
        host = String(authority)
        let path = rest.dropFirst(authority.count).prefix { $0 != "#" }
        self.path = path.hasPrefix("/") ? String(path) : "/" + path
    }

    private enum Outcome {
        case taken
        case refused(String)
        /// A problem of the server's, or of the way to it.
        case mayPass(String)
    }

    /// Until it is taken; where the server or the way to it has a problem, three times.
    func post(
        _ body: [UInt8], headers: [(name: String, value: String)], _ invocation: ActionInvocation
    ) throws(ActionFailure) {
        var wait = Self.firstWait
        for attempt in 1...Self.attempts {
            switch once(body, headers, invocation) {
            case .taken: return
            case .refused(let problem): throw ActionFailure(problem)
            case .mayPass(let problem):
                guard attempt < Self.attempts else { throw ActionFailure(problem) }
                guard invocation.awsPatience.wait(wait) == .elapsed else {
                    throw ActionFailure("cancelled: \(invocation.cancellation.reason)")
                }
                wait *= 2
            }
        }
    }

    private func once(
        _ body: [UInt8], _ headers: [(name: String, value: String)], _ invocation: ActionInvocation
    ) -> Outcome {
        let request = TransportRequest("POST", path, at: .server(url: origin), headers: headers, body: body)
        do throws(HTTPTransportError) {
            let exchange = try TransportExchange(request)
            let stop = invocation.cancellation.descriptor
            guard let head = try exchange.head(interruption: stop) else {
                return .refused("cancelled: \(invocation.cancellation.reason)")
            }
            var text: [UInt8] = []
            while case .bytes(let bytes) = try exchange.next(interruption: stop), text.count < Self.longestAnswer {
                text += bytes
            }
            if head.status < 300 { return .taken }
            let said = String(decoding: text.prefix(200), as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ")
            let problem = "it answered HTTP \(head.status)\(said.isEmpty ? "" : ": \(said)")"
            return head.status >= 500 || head.status == 429 ? .mayPass(problem) : .refused(problem)
        } catch {
            // The error's own words have the path in them.
            let problem = "\(error.reason.rawValue)\(error.detail.isEmpty ? "" : ": \(error.detail)")"
            return error.isTransient ? .mayPass(problem) : .refused(problem)
        }
    }
}
