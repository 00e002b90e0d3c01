internal import Synchronization

/// Decides which refusals get a line of their own: the first of a source, and then one a minute that says how many there were.
///
/// The number of sources that are told apart is bounded, too: those beyond it count as one.
final class RefusalCounter: Sendable {
    /// What is to be done about a refusal.
    enum Advice: Equatable, Sendable {
        /// To be told now.
        case tell
        /// It is counted, and the first that is: what `takeCounted` gives is to be told then.
        case tellLater(at: SuspendingClock.Instant)
        case counted
    }

    struct Refusals: Equatable, Sendable {
        var source: String
        var count: Int
    }

    private struct Window {
        var end: SuspendingClock.Instant
        var count = 0
    }

    private struct State {
        var windows: [String: Window] = [:]
        /// When the next count is told; nil: nothing is counted.
        var telling: SuspendingClock.Instant?
    }

    private static let length = Duration.seconds(60)
    private static let mostSources = 256
    private static let otherSources = "other addresses"

    private let state = Mutex(State())

    func note(source: String, at now: SuspendingClock.Instant) -> Advice {
        state.withLock { state in
            let isKnown = state.windows[source] != nil
            if !isKnown, state.windows.count >= Self.mostSources { state.windows = state.windows.filter { $0.value.end > now } }
            let source = isKnown || state.windows.count < Self.mostSources ? source : Self.otherSources
            guard var window = state.windows[source], window.end > now || window.count > 0 else {
                state.windows[source] = Window(end: now + Self.length)
                return .tell
            }
            window.count += 1
            state.windows[source] = window
            if state.telling != nil { return .counted }
            let moment = now + Self.length
            state.telling = moment
            return .tellLater(at: moment)
        }
    }

    /// What was counted until now, by source. Who goes on being refused is counted for another minute.
    func takeCounted(at now: SuspendingClock.Instant) -> [Refusals] {
        state.withLock { state in
            state.telling = nil
            let counted = state.windows.filter { $0.value.count > 0 }.map { Refusals(source: $0.key, count: $0.value.count) }
            state.windows = state.windows.filter { $0.value.count > 0 }
            for source in state.windows.keys { state.windows[source] = Window(end: now + Self.length) }
            return counted.sorted { $0.source < $1.source }
        }
    }
}
