/// What AWS did not do, or why it could not be asked. Never holds a secret.
public struct AWSError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Reason: Equatable, Sendable {
        /// No source has credentials.
        case noCredentials
        case noRegion
        /// The token's time is over.
        case expiredCredentials
        /// The key is not known, or the signature is wrong.
        case refusedCredentials
        /// The credentials may not do this.
        case accessDenied
        /// There is no such thing.
        case notFound
        /// It is there already, or is in use, or was changed meanwhile.
        case conflict
        /// AWS makes no sense of the request.
        case invalidRequest
        /// Too many requests, also after retries.
        case throttled
        /// AWS had a problem of its own, also after retries.
        case unavailable
        /// Nobody answers at the endpoint.
        case unreachable
        /// The answer is not what the service's API promises.
        case unexpectedAnswer
        /// The caller's descriptor became readable.
        case cancelled
        /// The caller's moment has come.
        case tookTooLong
        /// Something on this machine: a file, a program.
        case local
        case other
    }

    public var reason: Reason
    /// As AWS calls it: `Amazon ECS`. Empty where no service was asked.
    public var service: String
    /// As the API calls it: `DescribeServices`. Empty where no service was asked.
    public var operation: String
    /// As the service wrote it: `ClusterNotFoundException`.
    public var code: String?
    public var message: String
    public var requestID: String?
    /// Of HTTP.
    public var status: Int?
    /// What whoever reads this can do.
    public var remedy: String?

    public init(
        _ reason: Reason, service: String = "", operation: String = "", code: String? = nil, _ message: String,
        requestID: String? = nil, status: Int? = nil, remedy: String? = nil
    ) {
        self.reason = reason
        self.service = service
        self.operation = operation
        self.code = code
        self.message = message
        self.requestID = requestID
        self.status = status
        self.remedy = remedy
    }

    public var description: String {
        var text = service.isEmpty ? "" : "\(service): \(operation.isEmpty ? "" : "\(operation) failed: ")"
        if let code, !message.contains(code) { text += "\(code): " }
        text += message.isEmpty ? "no reason was given" : message
        let details = [status.map { "HTTP \($0)" }, requestID.map { "request \($0)" }].compactMap { $0 }
        if !details.isEmpty { text += " (\(details.joined(separator: ", ")))" }
        if let remedy { text += "; \(remedy)" }
        return text
    }

    /// Whether the service may have done what it was asked, and only its answer was lost.
    public var mayHaveBeenDone: Bool {
        switch reason {
        case .unavailable, .unreachable, .unexpectedAnswer, .tookTooLong, .cancelled: true
        default: false
        }
    }

    /// Whether the same may succeed a little later, without anybody's doing.
    public var isTransient: Bool {
        switch reason {
        case .throttled, .unavailable, .unreachable: true
        default: false
        }
    }
}
