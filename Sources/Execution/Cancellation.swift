internal import Synchronization

/// A wish to stop something that any thread may utter and the thread that waits for a command sees at once.
///
/// The job has one: its first request stops what runs, but steps with `always()` or `cancelled()` still run; the second stops
/// those too. Each step has one of its own that follows the job's, and that can be told by itself, or by its time limit.
public final class Cancellation: Sendable {
    /// How urgently to stop.
    public enum Level: Int, Comparable, Sendable {
        case none
        case requested
        case forced

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var level = Level.none
        var reason = ""
        var followers: [Int: Follower] = [:]
        var nextFollower = 0
    }

    private struct Follower {
        weak var cancellation: Cancellation?
        /// The leader's level from which on the follower is told.
        var threshold: Level
    }

    private let state = Mutex(State())
    private let pipe: WakePipe
    private let leader: Cancellation?
    private let number: Int
    private let limit: TimeLimit?

    /// - Throws: `ExecutionError` where the process has no descriptors left.
    public convenience init() throws(ExecutionError) { try self.init(leader: nil, from: .requested, until: nil) }

    /// One that is told whenever its leader is.
    ///
    /// - Parameters:
    ///   - threshold: the leader's level that reaches it. A leader that is there already tells at once.
    ///   - limit: counts as a request once it has passed. It is seen by whoever asks for the level; `descriptor` knows nothing of it.
    public convenience init(
        following leader: Cancellation, from threshold: Level = .requested, until limit: TimeLimit? = nil
    ) throws(ExecutionError) {
        try self.init(leader: leader, from: threshold, until: limit)
    }

    private init(leader: Cancellation?, from threshold: Level, until limit: TimeLimit?) throws(ExecutionError) {
        pipe = try WakePipe(for: "cancelling the job")
        self.leader = leader
        self.limit = limit
        number =
            leader?.state.withLock { state in
                state.nextFollower += 1
                return state.nextFollower
            } ?? 0
        guard let leader else { return }
        let (level, reason) = leader.state.withLock { state in
            state.followers[number] = Follower(cancellation: self, threshold: threshold)
            return (state.level, state.reason)
        }
        follow(level, reason: reason, threshold: threshold)
    }

    deinit { leader?.state.withLock { _ = $0.followers.removeValue(forKey: number) } }

    public var level: Level {
        let level = state.withLock { $0.level }
        return level == .none && limit?.deadline.hasPassed == true ? .requested : level
    }

    /// Who asked, and why.
    public var reason: String {
        let (level, reason) = state.withLock { ($0.level, $0.reason) }
        if level == .none, let limit, limit.deadline.hasPassed { return limit.reason }
        return reason
    }

    /// Whether somebody asked, rather than a time limit.
    var isAsked: Bool { state.withLock { $0.level } != .none }

    /// How urgently the job is to stop, also where that does not reach this one.
    var jobLevel: Level { leader?.jobLevel ?? level }

    /// Becomes readable with the first request, and stays so; for `poll`.
    public var descriptor: Int32 { pipe.descriptor }

    /// Asks once more. The first reason stays.
    public func request(reason: String) {
        raise(to: nil, reason: reason)
    }

    private func raise(to wanted: Level?, reason: String) {
        let (level, reason, followers) = state.withLock { current in
            if current.level == .none { current.reason = reason }
            let next = current.level == .none ? Level.requested : .forced
            current.level = max(current.level, wanted ?? next)
            return (current.level, current.reason, Array(current.followers.values))
        }
        pipe.wake()
        for follower in followers {
            follower.cancellation?.follow(level, reason: reason, threshold: follower.threshold)
        }
    }

    private func follow(_ level: Level, reason: String, threshold: Level) {
        guard level >= threshold, level > .none else { return }
        let wanted = threshold == .forced ? Level.requested : level
        guard state.withLock({ $0.level }) < wanted else { return }
        raise(to: wanted, reason: reason)
    }
}

/// A moment after which something is stopped, and what is said then.
public struct TimeLimit: Equatable, Sendable {
    /// Whose limit it is.
    public enum Scope: Equatable, Sendable {
        case step(minutes: Double)
        case job
    }

    public var deadline: Deadline
    public var scope: Scope
    public var reason: String

    init(_ deadline: Deadline, of scope: Scope, reason: String) {
        self.deadline = deadline
        self.scope = scope
        self.reason = reason
    }
}
