import Foundation
import Plan
import Testing

@testable import Scheduling

struct ConcurrencyGroupsTests {
    private var groups = ConcurrencyGroups()

    private static func member(_ run: Int64, _ job: Int64? = nil) -> ConcurrencyGroups.Member { .init(run: run, job: job) }

    private static func entry(
        _ member: ConcurrencyGroups.Member, _ group: String, at second: Double = 0, cancels: Bool = false,
        queue: ConcurrencyPlan.Queue = .single, in containers: [ConcurrencyGroups.Member] = []
    ) -> ConcurrencyGroups.Entry {
        ConcurrencyGroups.Entry(
            member: member, label: "run \(member.run)",
            claim: ConcurrencyClaim(
                group: group, cancelsInProgress: cancels, queue: queue, since: MachineTrial.now.addingTimeInterval(second)),
            containers: containers)
    }

    private mutating func enter(
        _ run: Int64, _ group: String = "g", at second: Double, cancels: Bool = false, queue: ConcurrencyPlan.Queue = .single,
        of repository: String = "app"
    ) -> (admission: ConcurrencyGroups.Admission, displaced: [Int64]) {
        let entry = Self.entry(Self.member(run), group, at: second, cancels: cancels, queue: queue)
        let (admission, displaced) = groups.enter(entry, of: repository)
        return (admission, displaced.map(\.member.run))
    }

    @Test("one is in a group at a time, whatever the case of its name; groups are of one repository")
    mutating func oneAtATime() {
        #expect(enter(1, "Deploy", at: 1) == (.held, []))
        #expect(enter(2, "deploy", at: 2) == (.waiting(reason: "waits for concurrency group \"deploy\": run 1 is in it"), []))
        #expect(enter(3, "deploy", at: 3, of: "other") == (.held, []))
        #expect(enter(4, "else", at: 4) == (.held, []))
        let succession = groups.leave(Self.member(1))
        #expect(succession.admitted.map(\.member) == [Self.member(2)] && succession.waiting.isEmpty)
        #expect(groups.leave(Self.member(2)) == ConcurrencyGroups.Succession())
        #expect(enter(5, at: 5) == (.held, []))
    }

    @Test("a newer one takes the place of the one that waits")
    mutating func single() {
        _ = enter(1, at: 1)
        _ = enter(2, at: 2)
        #expect(enter(3, at: 3).displaced == [2])
        #expect(groups.leave(Self.member(1)).admitted.map(\.member.run) == [3])
    }

    @Test("with queue: max they wait in their order, and are told for whom")
    mutating func max() {
        for run in 1...4 { #expect(enter(Int64(run), at: Double(run), queue: .max).displaced.isEmpty) }
        let succession = groups.leave(Self.member(1))
        #expect(succession.admitted.map(\.member.run) == [2])
        #expect(succession.waiting.map(\.member.run) == [3, 4])
        #expect(succession.waiting.first?.reason == "waits for concurrency group \"g\": run 2 is in it")
    }

    @Test("a full queue refuses the one that comes")
    mutating func fullQueue() {
        for run in 0...ConcurrencyGroups.queueLimit { _ = enter(Int64(run), at: Double(run), queue: .max) }
        #expect(
            enter(999, at: 999, queue: .max).admission == .refused(reason: "100 others wait for concurrency group \"g\" already"))
    }

    @Test("cancel-in-progress stops the one that is in the group, and those that wait")
    mutating func cancelInProgress() {
        _ = enter(1, at: 1, queue: .max)
        _ = enter(2, at: 2, queue: .max)
        _ = enter(3, at: 3, queue: .max)
        #expect(enter(4, at: 4, cancels: true).displaced == [2, 3, 1])
        #expect(groups.leave(Self.member(1)).admitted.map(\.member.run) == [4])
    }

    @Test("whoever is entered first after a restart, the newer one keeps its place")
    mutating func replay() {
        groups.hold(Self.entry(Self.member(1), "g"), of: "app")
        #expect(enter(3, at: 3).displaced.isEmpty)
        guard case .refused(let reason) = enter(2, at: 2).admission else {
            Issue.record("the older one waits, too")
            return
        }
        #expect(reason == "run 3 took its place in the queue of concurrency group \"g\"")
        #expect(enter(3, at: 3) == (.waiting(reason: "waits for concurrency group \"g\": run 1 is in it"), []))
    }

    @Test("a part can't wait for its whole, nor two for each other")
    mutating func circles() {
        let (run, other) = (Self.member(1), Self.member(2))
        _ = groups.enter(Self.entry(run, "a"), of: "app")
        _ = groups.enter(Self.entry(other, "b"), of: "app")
        let itself = groups.enter(Self.entry(Self.member(1, 5), "A", cancels: true, in: [run]), of: "app")
        #expect(
            itself.admission
                == .refused(reason: "it would wait for itself: run 1, of which it is a part, is in concurrency group \"A\""))
        #expect(itself.displaced.isEmpty)
        _ = groups.enter(Self.entry(Self.member(1, 6), "b", queue: .max, in: [run]), of: "app")
        let circle = groups.enter(Self.entry(Self.member(2, 7), "a", queue: .max, in: [other]), of: "app")
        #expect(
            circle.admission
                == .refused(reason: "it and run 1, which is in concurrency group \"a\", would wait for each other"))
        // Without a circle waiting for a whole run is fine.
        let third = groups.enter(Self.entry(Self.member(3, 8), "a", queue: .max, in: [Self.member(3)]), of: "app")
        #expect(third.admission == .waiting(reason: "waits for concurrency group \"a\": run 1 is in it"))
    }
}
