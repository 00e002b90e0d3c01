/// When a call is tried again, and after how long: as the standard mode of AWS' own kits, with full jitter.
public struct AWSRetryPolicy: Sendable, Equatable {
    /// With the first one.
    public var attempts: Int
    /// What the wait before the second attempt is at most; before each further one, twice as long.
    public var firstDelay: Duration
    public var longestDelay: Duration

    public init(attempts: Int = 3, firstDelay: Duration = .seconds(1), longestDelay: Duration = .seconds(20)) {
        self.attempts = max(1, attempts)
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
    }

    /// - Parameters:
    ///   - attempt: how many there were, from 1.
    ///   - fraction: a random number from 0 to 1.
    func delay(after attempt: Int, fraction: Double) -> Duration {
        let limit = min(longestDelay, firstDelay * (1 << min(attempt - 1, 20)))
        return limit * fraction
    }

    private static let throttlingCodes: Set<String> = [
        "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException", "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException",
        "SlowDown", "ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException",
        "TransactionInProgressException",
    ]
    private static let transientCodes: Set<String> = [
        "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "InternalServerError",
        "ServiceUnavailable", "ServiceUnavailableException", "IDPCommunicationError",
    ]

    /// - Parameter message: ECS says by it alone that others register revisions of the family at the same time.
    static func isThrottling(code: String, message: String, status: Int) -> Bool {
        throttlingCodes.contains(code) || status == 429
            || code == "ClientException" && message.contains("Too many concurrent attempts to create a new revision")
    }

    static func isTransient(code: String, status: Int) -> Bool {
        transientCodes.contains(code) || [500, 502, 503, 504].contains(status)
    }
}
