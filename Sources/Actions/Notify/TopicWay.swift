internal import AWS
internal import Execution

/// A topic of Amazon SNS.
struct TopicWay: NoticeWay {
    let arn: String
    var name: String { "the topic \(arn)" }

    init?(_ invocation: ActionInvocation) throws(ActionFailure) {
        guard let arn = invocation.input("sns-topic-arn") else { return nil }
        self.arn = arn
    }

    func send(_ notice: Notice, _ invocation: ActionInvocation) throws(ActionFailure) {
        let configuration = try invocation.awsConfiguration()
        try invocation.inAWS { () throws(AWSError) in
            let isOrdered = arn.hasSuffix(".fifo")
            let assignment = invocation.assignment
            try NotificationTopic(arn, configuration).publish(
                notice.message, subject: notice.title, group: isOrdered ? "slipway" : nil,
                deduplication: isOrdered ? "run\(assignment.runID)-job\(assignment.jobID)-\(notice.status)" : nil,
                invocation.awsPatience)
        }
    }
}
