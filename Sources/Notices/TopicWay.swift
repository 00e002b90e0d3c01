public import AWS

/// A topic of Amazon SNS.
public struct TopicWay: NoticeWay {
    private let arn: String
    private let configuration: AWSConfiguration
    public var name: String { "the topic \(arn)" }

    public init(arn: String, configuration: AWSConfiguration) {
        self.arn = arn
        self.configuration = configuration
    }

    public func send(
        _ notice: Notice, delivery: String, attempts: Int, _ patience: AWSPatience
    ) throws(NoticeError) {
        let isOrdered = arn.hasSuffix(".fifo")
        do throws(AWSError) {
            try NotificationTopic(arn, configuration).publish(
                notice.message, subject: notice.title, group: isOrdered ? "slipway" : nil,
                deduplication: isOrdered ? delivery : nil, patience)
        } catch {
            throw NoticeError("\(error)", kind: Self.kind(error.reason))
        }
    }

    private static func kind(_ reason: AWSError.Reason) -> NoticeError.Kind {
        switch reason {
        case .cancelled: .cancelled
        case .unreachable, .throttled, .unavailable, .tookTooLong, .unexpectedAnswer: .mayPass(after: nil)
        case .noCredentials, .expiredCredentials, .refusedCredentials, .accessDenied: .unauthorized
        case .noRegion, .notFound, .conflict, .invalidRequest, .local, .other: .refused
        }
    }
}
