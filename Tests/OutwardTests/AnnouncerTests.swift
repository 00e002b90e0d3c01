import Foundation
import Notices
import Plan
import Signing
import Store
import Testing

@testable import Outward

@Suite struct AnnouncerTests {
    private static let secret = OutwardSecret { () throws(NoticeError) in "s" }

    private func messages(_ report: OccurrenceReport, _ configuration: OutwardConfiguration) throws -> [OutboxMessage] {
        try Announcer(configuration: configuration, now: Example.date, makeID: { "id" }).messages(for: report).map(\.message)
    }

    private func rule(_ occasions: Set<NotificationRule.Occasion>, _ filter: RunSelection = RunSelection()) -> NotificationRule {
        NotificationRule(
            name: "team", occasions: occasions, filter: filter,
            ways: [.init(kind: "slack") { () throws(NoticeError) in throw NoticeError("unused", kind: .refused) }])
    }

    @Test(
        "a rule tells of what it is on for",
        arguments: [
            (Conclusion.failure, nil, [.failure, .recovery], NotificationRule.Occasion.failure),
            (.success, .failure, [.failure, .recovery], .recovery), (.success, .success, [.failure, .recovery], nil),
            (.success, nil, [.success], .success), (.cancelled, nil, [.failure, .success], nil),
            (.cancelled, nil, [.always], .always), (.lost, nil, [.failure], .failure),
            (.success, .timedOut, [.recovery], .recovery),
        ] as [(Conclusion, Conclusion?, Set<NotificationRule.Occasion>, NotificationRule.Occasion?)])
    func occasions(
        end: Conclusion, before: Conclusion?, on: Set<NotificationRule.Occasion>, expected: NotificationRule.Occasion?
    ) {
        #expect(rule(on).occasion(of: Example.report(.runCompleted, end, previous: before)) == expected)
    }

    @Test("a rule tells only of the runs that its filters name")
    func filters() {
        let report = Example.report(.runCompleted, .failure)
        #expect(rule([.failure], RunSelection(branches: ["release/**"])).occasion(of: report) == nil)
        #expect(rule([.failure], RunSelection(repositories: ["other"])).occasion(of: report) == nil)
        #expect(rule([.failure], RunSelection(workflows: ["CI"])).occasion(of: report) == .failure)
        #expect(rule([.failure], RunSelection(workflows: [".github/workflows/*.yml"])).occasion(of: report) == .failure)
    }

    @Test("a webhook is told of the events that it wants, in a lane for each run")
    func webhooks() throws {
        let webhook = EventWebhook(
            name: "chatops", url: Self.secret, secret: Self.secret, events: ["run.completed"], filter: RunSelection())
        let configuration = OutwardConfiguration(pageURL: "https://ci", repositories: ["app"], webhooks: [webhook])
        #expect(try messages(Example.report(.runStarted), configuration) == [])
        let end = Example.report(.runCompleted, .failure, reason: "job build: exit code 1")
        let message = try #require(try messages(end, configuration).first)
        #expect(message.target == "webhook chatops" && message.lane == "webhook chatops run 7")
        let payload = try #require(try JSONSerialization.jsonObject(with: Data(message.content.utf8)) as? [String: Any])
        #expect(payload["event"] as? String == "run.completed")
        let run = try #require(payload["run"] as? [String: Any])
        #expect(run["conclusion"] as? String == "failure" && run["url"] as? String == "https://ci/runs/7")
        #expect(configuration.told == ["app"])
    }

    @Test("a webhook is told until when an approval is waited for, and that its run waits for nothing but that")
    func approval() throws {
        let webhook = EventWebhook(
            name: "chatops", url: Self.secret, secret: Self.secret, events: ["approval.requested", "run.started"],
            filter: RunSelection())
        let configuration = OutwardConfiguration(pageURL: "https://ci", repositories: ["app"], webhooks: [webhook])
        func payload(_ report: OccurrenceReport) throws -> [String: Any] {
            let message = try #require(try messages(report, configuration).first)
            return try #require(try JSONSerialization.jsonObject(with: Data(message.content.utf8)) as? [String: Any])
        }
        var report = Example.report(.approvalRequested)
        report.job?.approval = JobApproval(
            message: "Look first", approvers: ["ada"], since: Example.date, until: Example.date.addingTimeInterval(3600))
        report.turn = .approval
        let told = try payload(report)
        let approval = try #require(told["approval"] as? [String: Any])
        #expect(approval["since"] as? String == "2026-11-21T17:00:00Z" && approval["until"] as? String == "2026-11-21T18:00:00Z")
        #expect(approval["message"] as? String == "Look first" && approval["answer"] is NSNull)
        #expect((told["run"] as? [String: Any])?["waiting_for"] as? String == "approval")
        report.turn = nil
        #expect((try payload(report)["run"] as? [String: Any])?["waiting_for"] is NSNull)
        // What is about the run itself says how that was when it happened.
        var started = Example.report(.runStarted)
        started.turn = .pause
        #expect((try payload(started)["run"] as? [String: Any])?["waiting_for"] is NSNull)
    }

    @Test("a newer status of the same context takes the place of one that waits")
    func lanes() throws {
        let configuration = OutwardConfiguration(
            pageURL: "https://ci", repositories: ["app"], forges: ["app": Example.forge(.github, "http://x")])
        let all = try Announcer(configuration: configuration, now: Example.date, makeID: { "id" }).messages(
            for: Example.report(.runCompleted, .success))
        #expect(all.map(\.replacesOlder) == [true])
        #expect(all.map(\.message.lane) == ["status of app \(Example.commit) slipway / CI"])
    }

    /// The example of the specification "Standard Webhooks", whose libraries receivers use.
    @Test("a delivery is signed as Standard Webhooks has it")
    func signature() throws {
        let headers = WebhookSignature(secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").headers(
            delivery: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: #"{"test": 2432232314}"#)
        #expect(headers.map(\.value).last == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        let text = WebhookSignature(secret: "sesame").headers(delivery: "a", timestamp: 1, body: "b").map(\.value).last
        let code = HMAC.sha256(key: Array("sesame".utf8), message: Array("a.1.b".utf8))
        #expect(text == "v1,\(Data(code).base64EncodedString())")
    }
}
