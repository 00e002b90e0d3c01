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

    @Test("what was seen no longer wakes; what came since does")
    func acknowledging() throws {
        let cancellation = try Cancellation()
        cancellation.request(reason: "first")
        cancellation.acknowledge(.none)
        #expect(Self.isAwake(cancellation), "the request came after the look")
        cancellation.acknowledge(.requested)
        #expect(!Self.isAwake(cancellation))
        cancellation.request(reason: "second")
        #expect(Self.isAwake(cancellation))
    }

    @Test("of two deadlines the earlier counts, and none is later than any")
    func deadlines() {
        let (soon, late) = (Deadline(after: 1), Deadline(after: 100))
        #expect(Deadline.earlier(soon, late) == soon && Deadline.earlier(late, soon) == soon)
        #expect(Deadline.earlier(nil, late) == late && Deadline.earlier(soon, nil) == soon)
        #expect(Deadline(after: 0).hasPassed && !late.hasPassed)
    }
}
