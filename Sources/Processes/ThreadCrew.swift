internal import Threads

/// A few threads for blocking work of one caller, who waits for all of them.
public enum ThreadCrew {
    /// Runs the work on several threads at once, once on each, and returns when all of them are done. Where fewer threads can be
    /// made it runs on fewer; where none can, on the caller's own.
    ///
    /// - Parameter count: of threads, at least 1.
    public static func run(_ count: Int, _ work: @Sendable () -> Void) {
        withoutActuallyEscaping(work) { work in
            let threads = (0..<count).compactMap { _ in try? BlockingThread.start(work) }
            if threads.isEmpty { work() }
            for thread in threads { thread.join() }
        }
    }
}
