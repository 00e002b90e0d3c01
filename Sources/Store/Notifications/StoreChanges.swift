internal import Synchronization

/// Hands every committed change to those who asked for it. Nothing runs while nothing changes.
///
/// A subscriber that reads too slowly loses the oldest changes and is told so by one of kind `missed`, which is always
/// later in its stream than what was lost. It never holds up a writer.
public final class StoreChanges: Sendable {
    private struct Subscriber {
        var runID: Int64?
        var repository: String?
        var kinds: Set<StoreChange.Kind>?
        var continuation: AsyncStream<StoreChange>.Continuation

        func wants(_ change: StoreChange) -> Bool {
            if let runID, change.runID != runID { return false }
            if let repository, change.repository != repository { return false }
            if let kinds, !kinds.contains(change.kind) { return false }
            return true
        }
    }

    private struct State {
        var nextID = 0
        var subscribers: [Int: Subscriber] = [:]
    }

    private let state = Mutex(State())

    init() {}

    deinit {
        // Nobody is left who could tell anything: those who wait are not to wait for ever.
        state.withLock { state in
            for subscriber in state.subscribers.values {
                subscriber.continuation.onTermination = nil
                subscriber.continuation.finish()
            }
        }
    }

    /// The changes from now on, in the order of the commits. The stream ends when its reader is cancelled
    /// or the store goes away.
    ///
    /// - Parameters:
    ///   - runID: only changes of this run; nil for all.
    ///   - repository: only changes of this repository; nil for all.
    ///   - kinds: only changes of these kinds, and `missed`; nil for all.
    ///   - bound: how many unread changes are kept.
    public func subscribe(
        run runID: Int64? = nil, repository: String? = nil, kinds: Set<StoreChange.Kind>? = nil,
        keepingNewest bound: Int = 256
    ) -> AsyncStream<StoreChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: StoreChange.self, bufferingPolicy: .bufferingNewest(max(bound, 2)))
        let id = state.withLock { state in
            state.nextID += 1
            state.subscribers[state.nextID] = Subscriber(
                runID: runID, repository: repository, kinds: kinds, continuation: continuation)
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in _ = state.subscribers.removeValue(forKey: id) }
        }
        return stream
    }

    func publish(_ changes: [StoreChange]) {
        guard !changes.isEmpty else { return }
        // Told outside the lock: a stream that ends meanwhile takes it.
        let subscribers = state.withLock { Array($0.subscribers.values) }
        for subscriber in subscribers {
            for change in changes where subscriber.wants(change) {
                if case .dropped = subscriber.continuation.yield(change) {
                    subscriber.continuation.yield(StoreChange(kind: .missed))
                }
            }
        }
    }

    var subscriberCount: Int { state.withLock { $0.subscribers.count } }
}
