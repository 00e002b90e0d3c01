internal import FoundationEssentials
internal import HTTPTransport

/// Calls one service of AWS: signs, sends, tries again, and explains what failed.
///
/// Every call blocks the calling thread: it is for workers, and for the daemon's own queues, never for the cooperative pool.
/// A value may be used by several threads at once.
public struct AWSClient: Sendable {
    public let service: AWSService
    public let configuration: AWSConfiguration

    public init(_ service: AWSService, _ configuration: AWSConfiguration) {
        self.service = service
        self.configuration = configuration
    }

    /// The region that is asked.
    public func region() throws(AWSError) -> String {
        if let region = configuration.region, !region.isEmpty { return region }
        throw AWSError(
            .noRegion, service: service.name, "no region is given",
            remedy: "set the region in the settings, or AWS_REGION in the environment")
    }

    /// The answer, once its status says that the call succeeded.
    func answer(to call: AWSCall, _ patience: AWSPatience) throws(AWSError) -> AWSAnswer {
        try attempt(call, patience) { exchange, head throws(AWSError) in
            AWSAnswer(head: head, body: try collect(exchange, call, patience))
        }
    }

    /// Sends a request until it is answered with success, or there is no sense in another try.
    ///
    /// - Parameter receive: takes the body of a successful answer; what it throws as transient is tried again as well.
    func attempt<Value>(
        _ call: AWSCall, _ patience: AWSPatience,
        receive: (TransportExchange, TransportHead) throws(AWSError) -> Value
    ) throws(AWSError) -> Value {
        var number = 1
        var mayRenew = true
        while true {
            let failure: Failure
            switch try once(call, patience, receive: receive) {
            case .success(let value): return value
            case .failure(let found): failure = found
            }
            if let renewal = failure.renewal, mayRenew, renewal() {
                mayRenew = false
                continue
            }
            guard failure.isTransient, number < configuration.retries.attempts else { throw failure.error }
            try pause(after: number, failure, call, patience)
            number += 1
        }
    }

    private func pause(
        after number: Int, _ failure: Failure, _ call: AWSCall, _ patience: AWSPatience
    ) throws(AWSError) {
        let delay = configuration.retries.delay(after: number, fraction: configuration.runtime.random())
        let wanted = failure.wantedDelay.map { min($0, configuration.retries.longestDelay) } ?? .zero
        switch patience.wait(max(delay, wanted)) {
        case .elapsed: return
        // What AWS said last tells more than that there is no time left.
        case .momentPassed: throw failure.error
        case .interrupted: throw impatience(patience, call)
        }
    }

    // MARK: - One attempt

    /// Why one attempt failed, and what may come of another.
    private struct Failure: Error {
        var error: AWSError
        var isTransient: Bool
        /// What the service asks to wait.
        var wantedDelay: Duration?
        /// Brings other credentials or another clock; true where there is something new.
        var renewal: (@Sendable () -> Bool)?
    }

    private func once<Value>(
        _ call: AWSCall, _ patience: AWSPatience,
        receive: (TransportExchange, TransportHead) throws(AWSError) -> Value
    ) throws(AWSError) -> Result<Value, Failure> {
        let credentials = call.isAnonymous ? nil : try configuration.credentials.credentials(patience)
        let request = try transportRequest(for: call, credentials)
        do throws(AWSError) {
            let exchange = try wrapped(call) { () throws(HTTPTransportError) in try TransportExchange(request) }
            let head = try wrapped(call) { () throws(HTTPTransportError) in
                try exchange.head(until: patience.moment, interruption: patience.descriptor)
            }
            guard let head else { throw impatience(patience, call) }
            if head.status < 300 { return .success(try receive(exchange, head)) }
            let body = try collect(exchange, call, patience)
            return .failure(failure(AWSAnswer(head: head, body: body), of: call, credentials))
        } catch {
            guard error.isTransient else { throw error }
            return .failure(Failure(error: error, isTransient: true))
        }
    }

    private func failure(_ answer: AWSAnswer, of call: AWSCall, _ credentials: AWSCredentials?) -> Failure {
        let said = AWSFault(answer, format: service.format)
        let code = said.code ?? ""
        let status = answer.head.status
        let error = AWSError.answered(
            by: service, operation: call.operation, code: said.code, message: said.message, status: status,
            requestID: said.requestID, source: credentials?.source ?? "nobody")
        var failure = Failure(
            error: error,
            isTransient: AWSRetryPolicy.isThrottling(code: code, message: said.message, status: status)
                || AWSRetryPolicy.isTransient(code: code, status: status),
            wantedDelay: answer.head.header("Retry-After").flatMap { Int($0) }.map { .seconds($0) })
        let configuration = configuration
        let isAboutTime = [
            "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException", "SignatureDoesNotMatch",
            "AuthFailure",
        ].contains(code)
        if isAboutTime {
            let header = answer.head.header("Date")
            failure.renewal = { configuration.skew.learn(from: header, configuration.runtime) }
        } else if error.reason == .expiredCredentials, let credentials {
            failure.renewal = { configuration.credentials.forget(credentials) }
        }
        return failure
    }

    private func transportRequest(
        for call: AWSCall, _ credentials: AWSCredentials?
    ) throws(AWSError) -> TransportRequest {
        let region = try region()
        let endpoint = try Endpoint(call.endpoint ?? configuration.endpoints.url(of: service, region: region), service: service)
        var signable = SignableRequest(
            call.method, endpoint.path + call.path, query: call.queryText, headers: [("Host", endpoint.host)] + call.headers,
            payload: .bytes(call.body))
        if let credentials {
            let signature = SignatureV4(
                credentials: credentials, region: region, service: service.signingName, rules: service.rules)
            signable = signature.signByHeaders(signable, at: configuration.skew.now(configuration.runtime)).request
        }
        signable.headers.append(("User-Agent", "slipway"))
        var request = TransportRequest(
            call.method, signable.path + (signable.query.isEmpty ? "" : "?" + signable.query),
            at: .server(url: endpoint.origin), headers: signable.headers)
        let hasBody = !call.body.isEmpty || call.method == "POST" || call.method == "PUT"
        request.body = hasBody ? call.body : nil
        request.deadlines = call.deadlines
        request.proxy = configuration.proxy.map { TransportProxy(url: $0.url, exceptions: $0.exceptions) }
        return request
    }

    // MARK: - The transport's news

    private func collect(
        _ exchange: TransportExchange, _ call: AWSCall, _ patience: AWSPatience
    ) throws(AWSError) -> [UInt8] {
        var body: [UInt8] = []
        while let bytes = try next(exchange, call, patience) {
            body += bytes
            guard body.count <= call.longestAnswer else {
                throw AWSError(
                    .unexpectedAnswer, service: service.name, operation: call.operation,
                    "the answer has more than \(call.longestAnswer) bytes")
            }
        }
        return body
    }

    /// The next bytes of an answer, nil at its end.
    func next(
        _ exchange: TransportExchange, _ call: AWSCall, _ patience: AWSPatience
    ) throws(AWSError) -> [UInt8]? {
        let news = try wrapped(call) { () throws(HTTPTransportError) in
            try exchange.next(until: patience.moment, interruption: patience.descriptor)
        }
        switch news {
        case .bytes(let bytes): return bytes
        case .end: return nil
        case .interrupted, .momentPassed: throw impatience(patience, call)
        }
    }

    private func wrapped<Value>(
        _ call: AWSCall, _ body: () throws(HTTPTransportError) -> Value
    ) throws(AWSError) -> Value {
        do throws(HTTPTransportError) { return try body() } catch {
            let isAway = error.isTransient
            throw AWSError(
                isAway ? .unreachable : .other, service: service.name, operation: call.operation, "\(error)",
                remedy: isAway ? "check the region, the endpoint and this machine's way to it" : nil)
        }
    }

    private func impatience(_ patience: AWSPatience, _ call: AWSCall) -> AWSError {
        let isLate = patience.moment.map { ContinuousClock.now >= $0 } ?? false
        return AWSError(
            isLate ? .tookTooLong : .cancelled, service: service.name, operation: call.operation,
            isLate ? "it took too long" : "it was cancelled")
    }
}

/// A service's URL in the parts that a request needs.
struct Endpoint {
    /// Scheme, host and port.
    let origin: String
    /// With the port, where it is not the scheme's own: what `Host` says.
    let host: String
    /// In front of every path; empty, or beginning with a slash.
    let path: String

    init(_ url: String, service: AWSService) throws(AWSError) {
        guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }) else {
            throw AWSError(
                .local, service: service.name, "the endpoint \"\(url)\" is not an http or https URL",
                remedy: "correct AWS_ENDPOINT_URL, or the endpoint of the settings")
        }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        origin = scheme + authority
        path = String(rest.dropFirst(authority.count).prefix { $0 != "?" && $0 != "#" })
        let standard = scheme == "https://" ? ":443" : ":80"
        host = String(authority.hasSuffix(standard) ? authority.dropLast(standard.count) : authority)
    }
}
