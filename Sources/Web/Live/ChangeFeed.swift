internal import ServiceLifecycle
internal import Store
internal import Synchronization

/// What a page shows, and so what must change before it is rendered again.
enum Topic: Sendable, Hashable {
    case run(Int64)
    case repository(String)
    /// Lists over everything.
    case everything
    /// What a list of runs and jobs shows: everything but how far the steps of a job are.
    case overview
}

/// Counts the store's changes by topic and wakes the pages that wait for one.
///
/// There is one subscription to the store however many pages are open. A rendered page is good as long as the count of its
/// topic is the one from before its data was read.
final class ChangeFeed: Sendable {
    /// Topics whose last change is remembered one by one; beyond that all count as just changed.
    private static let kept = 4096

    private struct State {
        var count: UInt64 = 1
        /// Topics that are not in `changed` have last changed at or before this.
        var floor: UInt64 = 1
        var changed: [Topic: UInt64] = [:]
        var nextWaiter = 0
        var waiters: [Topic: [Int: AsyncStream<Void>.Continuation]] = [:]
    }

    private let state = Mutex(State())

    /// Follows the store until a graceful shutdown or a cancel.
    func follow(_ store: Store) async {
        for await change in store.changes.subscribe(keepingNewest: 4096).cancelOnGracefulShutdown() {
            note(change)
        }
        finishWaiters()
    }

    /// The number of the topic's last change.
    func count(of topic: Topic) -> UInt64 {
        state.withLock { $0.changed[topic] ?? $0.floor }
    }

    /// Yields after each change of the topic, at least once for any number of changes. Ends with the server.
    func changes(of topic: Topic) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextWaiter += 1
            state.waiters[topic, default: [:]][state.nextWaiter] = continuation
            return state.nextWaiter
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in
                state.waiters[topic]?[id] = nil
                if state.waiters[topic]?.isEmpty == true { state.waiters[topic] = nil }
            }
        }
        return stream
    }

    /// Makes what an operation of this server has changed count at once: the page that the browser is sent to next must
    /// not be older than the form it sent.
    func note(_ change: StoreChange) {
        var topics: [Topic] = [.everything]
        if change.kind != .progress, change.kind != .summary { topics.append(.overview) }
        if let run = change.runID { topics.append(.run(run)) }
        if let repository = change.repository { topics.append(.repository(repository)) }
        let woken = state.withLock { state in
            state.count += 1
            if change.kind == .missed {
                state.changed.removeAll(keepingCapacity: true)
                state.floor = state.count
                return state.waiters.values.flatMap(\.values)
            }
            if state.changed.count > Self.kept {
                state.changed.removeAll(keepingCapacity: true)
                state.floor = state.count
            }
            for topic in topics { state.changed[topic] = state.count }
            return topics.flatMap { state.waiters[$0].map { Array($0.values) } ?? [] }
        }
        for continuation in woken { continuation.yield() }
    }

    private func finishWaiters() {
        let all = state.withLock { $0.waiters.values.flatMap(\.values) }
        for continuation in all { continuation.finish() }
    }
}
