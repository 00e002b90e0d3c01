internal import CProcesses
internal import Glibc

/// A few threads for blocking work of one caller, who waits for all of them.
public enum ThreadCrew {
    private static let stackSize = 8 << 20

    /// Runs the work on several threads at once, once on each, and returns when all of them are done. Where fewer threads can be
    /// made it runs on fewer; where none can, on the caller's own.
    ///
    /// - Parameter count: of threads, at least 1.
    public static func run(_ count: Int, _ work: @Sendable () -> Void) {
        withoutActuallyEscaping(work) { work in
            let threads = (0..<count).compactMap { _ in begin(work) }
            if threads.isEmpty { work() }
            for thread in threads { pthread_join(thread, nil) }
        }
    }

    private static func begin(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
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
        if code != 0 { argument.release() }
        return code == 0 ? thread : nil
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
