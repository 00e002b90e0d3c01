import Glibc
import Testing

@testable import Execution

struct CancellationTests {
    private static func isAwake(_ cancellation: Cancellation) -> Bool {
        var entry = pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1
    }

    @Test("the first request asks, the second forces, and the first reason stays")
    func levels() throws {
        let cancellation = try Cancellation()
        #expect(cancellation.level == .none && !Self.isAwake(cancellation))
        cancellation.request(reason: "first")
        #expect(cancellation.level == .requested && cancellation.reason == "first" && Self.isAwake(cancellation))
        cancellation.request(reason: "second")
        cancellation.request(reason: "third")
        #expect(cancellation.level == .forced && cancellation.reason == "first")
    }

    @Test("a follower is told with its leader, from the level on that it asked for")
    func following() throws {
        let job = try Cancellation()
        let step = try Cancellation(following: job)
        let tidying = try Cancellation(following: job, from: .forced)
        job.request(reason: "stop")
        #expect(step.level == .requested && step.reason == "stop" && Self.isAwake(step))
        #expect(tidying.level == .none && !Self.isAwake(tidying))
        job.request(reason: "now")
        #expect(step.level == .forced && step.reason == "stop")
        #expect(tidying.level == .requested && tidying.reason == "stop" && Self.isAwake(tidying))
    }

    @Test("a follower of a leader that was told before is told at once, and can be told alone")
    func lateFollower() throws {
        let job = try Cancellation()
        let alone = try Cancellation(following: job)
        alone.request(reason: "only this")
        #expect(alone.level == .requested && job.level == .none)
        job.request(reason: "stop")
        let late = try Cancellation(following: job)
        #expect(late.level == .requested && late.reason == "stop" && Self.isAwake(late))
        #expect(alone.reason == "only this")
    }

    @Test("a time limit that has passed counts as a request, without a second clock")
    func timeLimit() throws {
        let limit = TimeLimit(Deadline(after: 0), of: .job, reason: "took too long")
        let step = try Cancellation(following: try Cancellation(), until: limit)
        #expect(step.level == .requested && step.reason == "took too long")
    }

    @Test("of two deadlines the earlier counts, and none is later than any")
    func deadlines() {
        let (soon, late) = (Deadline(after: 1), Deadline(after: 100))
        #expect(Deadline.earlier(soon, late) == soon && Deadline.earlier(late, soon) == soon)
        #expect(Deadline.earlier(nil, late) == late && Deadline.earlier(soon, nil) == soon)
        #expect(Deadline(after: 0).hasPassed && !late.hasPassed)
    }
}
