/// Bounds how often something may be tried under one key: so many times at once, then once an interval.
///
/// It holds a bounded number of keys. When more are in use, those beyond them count as one, so that whoever has many addresses
/// neither fills the memory nor gets around the bound.
struct AttemptLimiter: Sendable {
    private static let others = ""

    private let burst: Int
    private let interval: Duration
    private let capacity: Int
    /// When all tries of a key will be paid for.
    private var paid: [String: SuspendingClock.Instant] = [:]

    /// How many keys it holds.
    var count: Int { paid.count }

    init(burst: Int, interval: Duration, capacity: Int = 4096) {
        self.burst = burst
        self.interval = interval
        self.capacity = capacity
    }

    /// Takes a try.
    ///
    /// - Returns: nil where it may be made; else how long to wait.
    mutating func take(_ name: String, at now: SuspendingClock.Instant) -> Duration? {
        let key = key(for: name, at: now)
        let due = max(paid[key] ?? now, now) + interval
        let wait = (now.duration(to: due)) - interval * burst
        guard wait <= .zero else { return wait }
        paid[key] = due
        return nil
    }

    /// Gives a try back: it was good.
    mutating func giveBack(_ name: String, at now: SuspendingClock.Instant) {
        let key = paid[name] == nil ? Self.others : name
        guard let due = paid[key] else { return }
        paid[key] = due - interval
        if due - interval <= now { paid[key] = nil }
    }

    private mutating func key(for name: String, at now: SuspendingClock.Instant) -> String {
        if paid[name] != nil || paid.count < capacity { return name }
        paid = paid.filter { $0.value > now }
        return paid.count < capacity ? name : Self.others
    }
}
