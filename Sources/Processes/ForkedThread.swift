internal import CProcesses
internal import Glibc

/// The thread on which a forked process goes on, where it will have several.
public enum ForkedThread {
    private static let stackSize = 8 << 20

    /// Runs the work on a thread that was made in this process, and returns when it is done.
    ///
    /// Swift's `Mutex` names its owner by the number that the kernel gave the thread, and remembers that number for each thread. The
    /// first thread of a forked process remembers the one that it had in its parent. As soon as another thread has to wait for a
    /// lock that it holds, the kernel finds no such owner, and Swift ends the process.
    ///
    /// - Throws: where there is no memory for a thread; nothing was done then.
    public static func run(_ work: () -> Void) throws(ProcessError) {
        let code = withoutActuallyEscaping(work) { work -> Int32 in
            var attributes = pthread_attr_t()
            pthread_attr_init(&attributes)
            pthread_attr_setstacksize(&attributes, stackSize)
            defer { pthread_attr_destroy(&attributes) }
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(Work(work))
            let code = pthread_create(
                &thread, &attributes,
                { argument in
                    if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
                    return nil
                }, argument.toOpaque())
            guard code == 0 else {
                argument.release()
                return code
            }
            return pthread_join(thread, nil)
        }
        if code != 0 { throw .system("start a thread", code: code) }
    }

    private final class Work {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }
}
