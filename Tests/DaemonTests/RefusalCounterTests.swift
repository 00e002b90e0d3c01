import Testing

@testable import Daemon

struct RefusalCounterTests {
    let counter = RefusalCounter()
    let start = SuspendingClock.now

    @Test("the first refusal of a source is told, what follows within the minute is counted and told together")
    func counts() {
        #expect(counter.note(source: "a", at: start) == .tell)
        let later = start + .seconds(1)
        #expect(counter.note(source: "a", at: later) == .tellLater(at: later + .seconds(60)))
        for _ in 0..<1000 { #expect(counter.note(source: "a", at: start + .seconds(2)) == .counted) }
        #expect(counter.takeCounted(at: later + .seconds(60)) == [.init(source: "a", count: 1001)])
    }

    @Test("who goes on gets one line a minute, who stops is told anew")
    func windows() {
        _ = counter.note(source: "a", at: start)
        _ = counter.note(source: "a", at: start)
        #expect(counter.takeCounted(at: start + .seconds(60)).map(\.count) == [1])
        let next = start + .seconds(61)
        #expect(counter.note(source: "a", at: next) == .tellLater(at: next + .seconds(60)))
        #expect(counter.takeCounted(at: next + .seconds(60)).map(\.count) == [1])
        #expect(counter.takeCounted(at: next + .seconds(120)) == [])
        #expect(counter.note(source: "a", at: next + .seconds(121)) == .tell)
    }

    @Test("sources are told apart, but not without end")
    func manySources() {
        let told = (0..<10_000).count { counter.note(source: "\($0)", at: start) == .tell }
        #expect(told < 300)
        let counted = counter.takeCounted(at: start + .seconds(60))
        #expect(counted.map(\.source) == ["other addresses"])
        #expect(counted.map(\.count).reduce(0, +) == 10_000 - told)
    }
}
