internal import Threads

/// The thread on which a forked process goes on, where it will have several.
public enum ForkedThread {
    /// Runs the work on a thread that was made in this process, and returns when it is done.
    ///
    /// Swift's `Mutex` names its owner by the number that the kernel gave the thread, and remembers that number for each thread. The
    /// first thread of a forked process remembers the one that it had in its parent. As soon as another thread has to wait for a
    /// lock that it holds, the kernel finds no such owner, and Swift ends the process.
    ///
    /// - Throws: where there is no memory for a thread; nothing was done then.
    public static func run(_ work: () -> Void) throws(ProcessError) {
        let refusal = withoutActuallyEscaping(work) { work -> BlockingThread.Refusal? in
            // The caller stands still meanwhile.
            nonisolated(unsafe) let work = work
            do throws(BlockingThread.Refusal) { try BlockingThread.start { work() }.join() } catch { return error }
            return nil
        }
        if let refusal { throw .system("start a thread", code: refusal.code) }
    }
}
