internal import XML

extension AWSService {
    public static let sns = AWSService(
        name: "Amazon SNS", identifier: "sns", endpointPrefix: "sns", format: .query(version: "2010-03-31"))
}

/// A topic of Amazon SNS. Calls block, as ``AWSClient``'s.
public struct NotificationTopic: Sendable {
    public let arn: String
    private let client: AWSClient

    /// - Parameter arn: `arn:aws:sns:us-east-1:123456789012:builds`; its region is asked, whatever the configuration's is.
    /// - Throws: of kind `invalidRequest` where it is no topic's.
    public init(_ arn: String, _ configuration: AWSConfiguration) throws(AWSError) {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "sns", !parts[3].isEmpty, !parts[5].isEmpty else {
            throw AWSError(
                .invalidRequest, service: AWSService.sns.name, "\"\(arn)\" is no topic's ARN",
                remedy: "write it as arn:aws:sns:REGION:ACCOUNT:NAME")
        }
        self.arn = arn
        var configuration = configuration
        configuration.region = String(parts[3])
        client = AWSClient(.sns, configuration)
    }

    /// - Parameters:
    ///   - subject: of a mail; what SNS does not take in it is left out.
    ///   - group: of a topic whose name ends with `.fifo`.
    /// - Returns: the message's id.
    @discardableResult
    public func publish(
        _ message: String, subject: String? = nil, group: String? = nil, deduplication: String? = nil,
        _ patience: AWSPatience = .endless
    ) throws(AWSError) -> String {
        var parameters = [(name: "TopicArn", value: arn), (name: "Message", value: message)]
        // One line of at most 100 characters.
        let line = subject.map { String($0.map { $0.isASCII && !$0.isNewline ? $0 : " " }.prefix(100)) }
        if let line, !line.trimmed.isEmpty { parameters.append(("Subject", line.trimmed)) }
        if let group { parameters.append(("MessageGroupId", group)) }
        if let deduplication { parameters.append(("MessageDeduplicationId", deduplication)) }
        return try client.callQuery("Publish", parameters, patience).text(at: "MessageId") ?? ""
    }
}
