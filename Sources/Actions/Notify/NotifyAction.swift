public import Execution
internal import Expressions

/// `slipway/notify`: tells people and programs of the run, by Amazon SNS, Slack, a webhook or mail.
///
/// Each of the ways that are given is tried; the step fails where one of them does, after the others.
public struct NotifyAction: BuiltinAction {
    public static let names = ["slipway/notify"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        try invocation.requireNetwork(to: "tell anybody")
        let notice = try Notice(invocation)
        let all: [(any NoticeWay)?] = [
            try TopicWay(invocation), try SlackWay(invocation), try WebhookWay(invocation), try MailWay(invocation),
        ]
        let ways = all.compactMap { $0 }
        guard !ways.isEmpty else {
            throw ActionFailure(
                "nobody is to be told: give one of the inputs \"sns-topic-arn\", \"slack-webhook-url\", \"webhook-url\" or \"mail-to\""
            )
        }
        var failures: [String] = []
        for way in ways {
            do throws(ActionFailure) {
                try way.send(notice, invocation)
                invocation.log("told \(way.name)")
            } catch {
                failures.append("\(way.name): \(error.message)")
            }
        }
        guard failures.isEmpty else { throw ActionFailure("not all could be told: \(failures.joined(separator: "; "))") }
        return ActionResult(outputs: ["told": .string(ways.map(\.name).joined(separator: ", "))])
    }
}

/// One way to tell people or programs.
protocol NoticeWay {
    /// For messages; without what is secret in an address.
    var name: String { get }

    func send(_ notice: Notice, _ invocation: ActionInvocation) throws(ActionFailure)
}
