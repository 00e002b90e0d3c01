internal import Threads

/// A thread for a step in the background. It may block.
enum StepThread {
    /// Where no thread can be made, the work is done at once by the caller: the step is then one in the foreground.
    static func start(_ work: @escaping @Sendable () -> Void) {
        if !begin(work) { work() }
    }

    /// - Returns: whether a thread could be made.
    static func begin(_ work: @escaping @Sendable () -> Void) -> Bool {
        do throws(BlockingThread.Refusal) { try BlockingThread.start(work).detach() } catch { return false }
        return true
    }
}
