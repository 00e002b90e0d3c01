import Testing

@testable import Accounts

@Suite struct AttemptLimiterTests {
    private let start = SuspendingClock.now

    @Test("so many tries at once, then one an interval; who waits is told how long")
    func bound() {
        var limiter = AttemptLimiter(burst: 3, interval: .seconds(10))
        for _ in 0..<3 { #expect(limiter.take("a", at: start) == nil) }
        #expect(limiter.take("a", at: start) == .seconds(10))
        #expect(limiter.take("a", at: start + .seconds(4)) == .seconds(6))
        #expect(limiter.take("b", at: start) == nil)
        #expect(limiter.take("a", at: start + .seconds(10)) == nil)
        #expect(limiter.take("a", at: start + .seconds(10)) != nil)
        for _ in 0..<3 { #expect(limiter.take("a", at: start + .seconds(3600)) == nil) }
        #expect(limiter.take("a", at: start + .seconds(3600)) != nil)
    }

    @Test("a try that was good is given back")
    func giveBack() {
        var limiter = AttemptLimiter(burst: 2, interval: .seconds(10))
        for _ in 0..<20 {
            #expect(limiter.take("a", at: start) == nil)
            limiter.giveBack("a", at: start)
        }
        #expect(limiter.take("a", at: start) == nil && limiter.take("a", at: start) == nil)
        #expect(limiter.take("a", at: start) != nil)
    }

    @Test("keys beyond its room count as one, and those that are not in use make room")
    func room() {
        var limiter = AttemptLimiter(burst: 1, interval: .seconds(10), capacity: 2)
        #expect(limiter.take("a", at: start) == nil && limiter.take("b", at: start) == nil)
        #expect(limiter.take("c", at: start) == nil)
        #expect(limiter.take("d", at: start) != nil)
        #expect(limiter.take("a", at: start) != nil)
        #expect(limiter.take("d", at: start + .seconds(11)) == nil)
    }

    @Test(
        "a network is an IPv4 address, or the 64 bits of an IPv6 one",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "20.1.d.b8.0.0.0.0/64"), ("2001:db8::ffff:2", "20.1.d.b8.0.0.0.0/64"),
            ("::ffff:192.0.2.1", "192.0.2.1"), ("", ""),
        ])
    func networks(address: String, network: String) {
        #expect(ClientAddress.network(of: address) == network)
    }
}
