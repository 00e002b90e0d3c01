import Synchronization
import Testing
import WakeUps

/// What must never be used by two at a time.
private final class Place: Sendable {
    private let visitors = Mutex((now: 0, most: 0))
    private let turnstile = Turnstile()

    var most: Int { visitors.withLock { $0.most } }

    func visit() async {
        await turnstile.take()
        defer { turnstile.pass() }
        visitors.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        await Task.yield()
        visitors.withLock { $0.now -= 1 }
    }
}

struct TurnstileTests {
    @Test("one at a time, also across awaits, and everybody has a turn")
    func oneAtATime() async {
        let place = Place()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { await place.visit() } }
        }
        #expect(place.most == 1)
    }
}
