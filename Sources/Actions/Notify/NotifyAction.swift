public import Execution
internal import Expressions
internal import Notices

/// `slipway/notify`: tells people and programs of the run, by Amazon SNS, Slack, a webhook or mail.
///
/// Each of the ways that are given is tried; the step fails where one of them does, after the others.
public struct NotifyAction: BuiltinAction {
    public static let names = ["slipway/notify"]
    private static let attempts = 3

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        try invocation.requireNetwork(to: "tell anybody")
        let notice = try Notice(invocation)
        let ways = try NotifyInputs(invocation: invocation).ways()
        guard !ways.isEmpty else {
            throw ActionFailure(
                "nobody is to be told: give one of the inputs \"sns-topic-arn\", \"slack-webhook-url\", \"webhook-url\" or \"mail-to\""
            )
        }
        let assignment = invocation.assignment
        // Another attempt at a job is another job, and another step another notice, whatever both say.
        let step = invocation.stepPath.map { String($0 + 1) }.joined(separator: ".")
        let delivery = "run\(assignment.runID)-job\(assignment.jobID)-step\(step)-\(notice.status)"
        var failures: [String] = []
        for way in ways {
            do throws(NoticeError) {
                try way.send(notice, delivery: delivery, attempts: Self.attempts, invocation.awsPatience)
                invocation.log("told \(way.name)")
            } catch {
                let isEnded = error.kind == .cancelled
                failures.append("\(way.name): \(isEnded ? "cancelled: \(invocation.cancellation.reason)" : error.message)")
            }
        }
        guard failures.isEmpty else { throw ActionFailure("not all could be told: \(failures.joined(separator: "; "))") }
        return ActionResult(outputs: ["told": .string(ways.map(\.name).joined(separator: ", "))])
    }
}
