internal import Threads

/// Wakes the job's thread when something happens to the steps in the background.
final class StepNews: Sendable {
    private let count = Monitor(0)

    /// How often something was told so far.
    var told: Int { count.read { $0 } }

    func tell() { count.change { $0 += 1 } }

    /// Returns once more was told than `seen`. Whoever waits is waited for by a step, which has a time limit.
    func wait(after seen: Int) { count.wait(until: { $0 > seen }, then: { _ in }) }
}
