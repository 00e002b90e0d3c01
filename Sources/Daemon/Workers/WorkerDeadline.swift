internal import Plan
internal import Synchronization
internal import WakeUps

/// When a job's worker has to have ended by itself, and what its job is told when it is killed then. May be brought forward
/// from any thread.
final class WorkerDeadline: Sendable {
    /// The end of a job whose worker is killed.
    struct Verdict: Equatable, Sendable {
        var conclusion: Conclusion
        var reason: String
    }

    private let state: Mutex<(moment: SuspendingClock.Instant, verdict: Verdict)>
    /// Signalled when the deadline has changed, and by others who have news for the follower of the job.
    let news = WakeUp()

    init(_ moment: SuspendingClock.Instant, _ verdict: Verdict) { state = Mutex((moment, verdict)) }

    var moment: SuspendingClock.Instant { state.withLock { $0.moment } }

    /// What the job is told; nil as long as the worker has time.
    var verdict: Verdict? { state.withLock { $0.moment <= .now ? $0.verdict : nil } }

    /// A later moment than the present one changes nothing.
    func bringForward(to moment: SuspendingClock.Instant, _ verdict: Verdict) {
        state.withLock { state in
            if moment < state.moment { state = (moment, verdict) }
        }
        news.signal()
    }
}
