public import FoundationEssentials

extension AWSService {
    public static let logs = AWSService(
        name: "Amazon CloudWatch Logs", identifier: "cloudwatch_logs", endpointPrefix: "logs",
        format: .json(version: "1.1", target: "Logs_20140328"))
}

/// A stream of Amazon CloudWatch Logs. Calls block, as ``AWSClient``'s.
public struct LogStream: Sendable {
    public let group: String
    public let name: String
    private let client: AWSClient

    public init(group: String, name: String, _ configuration: AWSConfiguration) {
        self.group = group
        self.name = name
        client = AWSClient(.logs, configuration)
    }

    public struct Event: Sendable, Equatable {
        public var time: Date
        public var message: String
    }

    /// Some events, and where to read on.
    public struct Page: Sendable, Equatable {
        public var events: [Event]
        /// For the next page. The same as before where nothing is new yet.
        public var position: String?
    }

    private struct Request: Encodable {
        var group: String
        var stream: String
        var startsAtHead: Bool
        var token: String?
        var limit: Int?

        enum CodingKeys: String, CodingKey {
            case group = "logGroupName"
            case stream = "logStreamName"
            case startsAtHead = "startFromHead"
            case token = "nextToken"
            case limit
        }
    }

    private struct Answer: Decodable {
        struct Event: Decodable {
            /// In milliseconds since 1970.
            var timestamp: Int64?
            var message: String?
        }

        var events: [Event]?
        var nextForwardToken: String?
    }

    /// Events in their order, from the beginning or from where an earlier page ended. A stream that is not there yet has none.
    public func events(after position: String? = nil, _ patience: AWSPatience = .endless) throws(AWSError) -> Page {
        try page(Request(group: group, stream: name, startsAtHead: true, token: position), patience)
    }

    /// The last events, in their order.
    public func last(_ count: Int, _ patience: AWSPatience = .endless) throws(AWSError) -> [Event] {
        let limit = min(max(count, 1), 10_000)
        return try page(Request(group: group, stream: name, startsAtHead: false, limit: limit), patience).events
    }

    private func page(_ request: Request, _ patience: AWSPatience) throws(AWSError) -> Page {
        do throws(AWSError) {
            let answer = try client.call("GetLogEvents", request, as: Answer.self, patience)
            let events = (answer.events ?? []).map { event in
                Event(
                    time: Date(timeIntervalSince1970: Double(event.timestamp ?? 0) / 1000), message: event.message ?? "")
            }
            return Page(events: events, position: answer.nextForwardToken ?? request.token)
        } catch {
            guard error.reason == .notFound else { throw error }
            return Page(events: [], position: nil)
        }
    }
}
