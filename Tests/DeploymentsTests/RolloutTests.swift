import Foundation
import Testing

@testable import AWS
@testable import Deployments

/// What a look at a service says of one deployment of it.
@Suite struct RolloutTests {
    /// A service as ECS describes it, from JSON as ECS writes it.
    static func service(
        _ deployments: [String], events: [(id: String, message: String)] = [], breaker: Bool? = nil, running: Int = 1
    ) throws -> ECSService {
        let told = events.map { #"{"id":"\#($0.id)","message":"\#($0.message)","createdAt":1700000000.5}"# }.joined(
            separator: ",")
        let configuration = breaker.map {
            #","deploymentConfiguration":{"deploymentCircuitBreaker":{"enable":\#($0),"rollback":\#($0)}}"#
        }
        let json = """
            {"serviceArn":"arn:aws:ecs:us-east-1:1:service/prod/web","serviceName":"web",
            "clusterArn":"arn:aws:ecs:us-east-1:1:cluster/prod","status":"ACTIVE","desiredCount":1,"runningCount":\(running),
            "pendingCount":0,"deployments":[\(deployments.joined(separator: ","))],"events":[\(told)]\(configuration ?? "")}
            """
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        return try decoder.decode(ECSService.self, from: Data(json.utf8))
    }

    static func deployment(
        _ id: String, _ status: String = "PRIMARY", state: String? = "IN_PROGRESS", reason: String = "", running: Int = 0,
        failed: Int = 0, definition: String = "app:2"
    ) -> String {
        let rollout = state.map { #","rolloutState":"\#($0)","rolloutStateReason":"\#(reason)""# } ?? ""
        return """
            {"id":"\(id)","status":"\(status)","taskDefinition":"arn:aws:ecs:us-east-1:1:task-definition/\(definition)",
            "desiredCount":1,"runningCount":\(running),"pendingCount":\(1 - running),"failedTasks":\(failed)\(rollout)}
            """
    }

    private let before: ECSService

    init() throws { before = try Self.service([], events: [("1", "old news")]) }

    @Test("it is complete when its own deployment is, not when the service is stable")
    func completed() throws {
        var rollout = Rollout("new", of: before)
        #expect(rollout.take(try Self.service([Self.deployment("new")])).verdict == nil)
        let news = rollout.take(try Self.service([Self.deployment("new", state: "COMPLETED", running: 1)]))
        #expect(news.verdict == .completed)
    }

    @Test("only what happened since is told, the oldest first, and each thing once")
    func events() throws {
        var rollout = Rollout("new", of: before)
        let events = [("3", "(service web) b"), ("2", "(service web) a"), ("1", "old news")]
        let first = rollout.take(try Self.service([Self.deployment("new")], events: events))
        #expect(first.lines == ["(service web) a", "(service web) b", "new: 0 of 1 tasks running, 1 pending"])
        #expect(rollout.take(try Self.service([Self.deployment("new")], events: events)).lines == [])
    }

    @Test("a circuit breaker that rolls back is a failure, with what the service goes back to")
    func rolledBack() throws {
        var rollout = Rollout("new", of: before)
        let news = rollout.take(
            try Self.service([
                Self.deployment("new", "ACTIVE", state: "FAILED", reason: "tasks failed to start"),
                Self.deployment("old", definition: "app:1"),
            ]))
        #expect(news.verdict == .rolledBack("tasks failed to start; the service goes back to app:1"))
        #expect(news.mayHaveStoppedTasks)
    }

    @Test("a failed rollout without a way back is a failure")
    func failed() throws {
        var rollout = Rollout("new", of: before)
        let news = rollout.take(try Self.service([Self.deployment("new", state: "FAILED", reason: "tasks failed to start")]))
        #expect(news.verdict == .failed("tasks failed to start"))
    }

    @Test("somebody else's deployment that takes its place is told apart from a failure", arguments: [true, false])
    func superseded(isStillThere: Bool) throws {
        var rollout = Rollout("new", of: before)
        let others = [Self.deployment("theirs", definition: "app:9")]
        let own = isStillThere ? [Self.deployment("new", "ACTIVE")] : []
        let verdict = rollout.take(try Self.service(others + own)).verdict
        #expect(verdict == .superseded("the deployment theirs of app:9 took its place before it was done"))
    }

    @Test("without a circuit breaker three failed tasks in a row are given up, with one ECS decides")
    func givenUp() throws {
        var rollout = Rollout("new", of: before)
        #expect(rollout.take(try Self.service([Self.deployment("new", failed: 2)])).verdict == nil)
        guard case .failed(let reason)? = rollout.take(try Self.service([Self.deployment("new", failed: 3)])).verdict else {
            Issue.record("it was not given up")
            return
        }
        #expect(reason.hasPrefix("3 of its tasks failed"))
        var guarded = Rollout("new", of: before)
        #expect(guarded.take(try Self.service([Self.deployment("new", failed: 9)], breaker: true)).verdict == nil)
    }

    @Test("tasks that fail one after the other are a reason to give up whatever else is told, and a missing deployment is none")
    func reasonToGiveUp() throws {
        var rollout = Rollout("new", of: before)
        let failing = try Self.service([Self.deployment("new", state: nil, failed: 3)])
        _ = rollout.take(failing)
        #expect(rollout.reasonToGiveUp(failing)?.hasPrefix("3 of its tasks failed") == true)
        #expect(rollout.reasonToGiveUp(try Self.service([])) == nil)
        var ended = Rollout("new", of: before)
        let failed = try Self.service([Self.deployment("new", state: "FAILED", reason: "hook")])
        _ = ended.take(failed)
        #expect(ended.reasonToGiveUp(failed) == nil)
    }

    @Test("where ECS tells no state of the rollout, it is complete once it is alone and all its tasks run")
    func stateless() throws {
        var rollout = Rollout("new", of: before)
        let both = [Self.deployment("new", state: nil, running: 1), Self.deployment("old", "ACTIVE", state: nil)]
        #expect(rollout.take(try Self.service(both)).verdict == nil)
        #expect(rollout.take(try Self.service([both[0]])).verdict == .completed)
    }
}
